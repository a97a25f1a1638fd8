import Gym

extension DesignRows {
    /// So many of the rows, or all where there are no more, dealt evenly among the agents that proposed them: each
    /// gives as many as the others as long as it has any, which of its own the seed decides.
    public func dealt(_ count: Int, seed: UInt64) -> DesignRows {
        guard count < rows.count else { return self }
        var piles: [(agent: String, places: [Int])] = []
        for place in shuffled(seed: seed, "deal") {
            let agent = sources[rows[place].source].agent
            if let pile = piles.firstIndex(where: { $0.agent == agent }) {
                piles[pile].places.append(place)
            } else {
                piles.append((agent, [place]))
            }
        }
        var chosen: [Int] = []
        var round = 0
        while chosen.count < count {
            for pile in piles where pile.places.count > round && chosen.count < count {
                chosen.append(pile.places[round])
            }
            round += 1
        }
        return picking(chosen.sorted())
    }
}
