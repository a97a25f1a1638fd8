import ArgumentParser
import Exchange
import Foundation
import Gym
import Studies

/// `sextant keys`: who may reach a server.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make keys for a server that other machines reach, and show who is let in.",
        discussion: """
            With keys, connections are encrypted, and only those who are listed are let in: clients and workers, each \
            by a file NAME.pub in the folder. Deleting that file takes NAME off the list, also while the server runs.

            Examples:
              sextant keys new alice                 makes keys/, and alice.key for alice
              sextant keys new node-7 --worker       for a machine that evaluates
              sextant serve --keys keys --agents 'tcp://*:5755'
              sextant envs --at tcp://HOST:5755 --key alice.key
              rm keys/clients/alice.pub              alice is no longer heard
            """,
        subcommands: [New.self, Show.self])

    /// The option that names the folder.
    struct Folder: ParsableArguments {
        @Option(help: ArgumentHelp("The server's folder of keys.", valueName: "folder"))
        var keys = "keys"
    }

    /// `sextant keys new`
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key for a client or a worker, and the server's own where it has none.",
            discussion: """
                No file is ever overwritten. To revoke a key, delete its file NAME.pub from the folder, also while the \
                server runs.
                """)

        @Argument(help: "Whose key it is to be.")
        var name: String?

        @Flag(help: "The key of a worker, not of a client.")
        var worker = false

        @Flag(help: "Only the server's own key.")
        var server = false

        @Option(
            name: [.customShort("o"), .long],
            help: ArgumentHelp("Where to write the secret key (default: NAME.key).", valueName: "file"))
        var output: String?

        @OptionGroup var folder: Folder

        func run() throws {
            guard server == (name == nil), !server || (!worker && output == nil) else {
                throw GymError(
                    .usage, server ? "--server makes no other key" : "whose key is it to be?",
                    hint: "sextant keys new NAME, or sextant keys new --server")
            }
            try name.map(Keyring.checkName)
            let keyring = try Keyring.make(in: folder.keys)
            var rows = [["server", "\(folder.keys)/server.key (secret), \(folder.keys)/server.pub"]]
            if let name {
                let list: Keyring.List = worker ? .workers : .agents
                let file = output ?? "\(name).key"
                try keyring.admit(name, to: list, writingKeyTo: file)
                rows.append(["listed", keyring.path(of: name, on: list)])
                rows.append(["secret", "\(file), to be carried to \(name) and shown to nobody"])
            }
            Terminal.put(Table([Table.Column("what"), Table.Column("where")], rows: rows).text)
            Terminal.say("\n" + next(name))
        }

        private func next(_ name: String?) -> String {
            guard let name else { return "  Next: sextant keys new NAME --keys \(folder.keys)\n" }
            let serve = "  Next: sextant serve --keys \(folder.keys) --agents 'tcp://*:5755'\n"
            guard !worker else { return serve }
            return serve + "        sextant envs --at tcp://HOST:5755 --key \(output ?? "\(name).key")\n"
        }
    }

    /// `sextant keys show`
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the server's public key and who is let in.")

        @OptionGroup var folder: Folder

        @Flag(help: "One JSON object.")
        var json = false

        func run() throws {
            let keyring = try Keyring(folder: folder.keys)
            if json {
                var fields: [String: JSONText] = ["server": .text(keyring.serverKey)]
                for list in Keyring.List.allCases {
                    fields[list.rawValue] = .list(
                        keyring.listed(on: list).map { .object(["name": .text($0.name), "key": .text($0.key)]) })
                }
                return Terminal.put(JSONText.object(fields).line)
            }
            let peers = Keyring.List.allCases.flatMap { list in
                keyring.listed(on: list).map { [list.rawValue, $0.name, $0.key] }
            }
            let columns = [Table.Column("list"), Table.Column("name"), Table.Column("public key")]
            Terminal.put(Table(columns, rows: [["server", "", keyring.serverKey]] + peers).text)
        }
    }
}

extension Keyring {
    /// The folder, and how many it lists.
    var summary: String {
        let counts = List.allCases.map { (name: $0.rawValue, count: listed(on: $0).count) }
        let none = counts.allSatisfy { $0.count == 0 } ? "; sextant keys new NAME lists the first" : ""
        return "\(folder) (\(counts.map { "\($0.name): \($0.count)" }.joined(separator: ", ")))\(none)"
    }
}
