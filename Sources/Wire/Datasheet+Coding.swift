import Gym

extension Datasheet {
    init(_ body: ProtoDatasheet) {
        self.init(
            id: body.id, title: body.title, summary: body.summary, description: body.description_p,
            options: body.options.map(OptionSpec.init), references: body.references, history: body.history)
    }
}

extension ProtoDatasheet {
    init(_ sheet: Datasheet) {
        self.init()
        (id, title, summary, description_p) = (sheet.id, sheet.title, sheet.summary, sheet.description)
        options = sheet.options.map(ProtoOption.init)
        (references, history) = (sheet.references, sheet.history)
    }
}

extension OptionSpec {
    fileprivate init(_ body: ProtoOption) {
        let kind: Kind
        switch body.kind {
        case "choice": kind = .choice(body.choices)
        case "number":
            // What is not a number would be no range at all.
            let ends = [body.lowest, body.highest].map { $0.isNaN ? 0 : $0 }
            kind = .number(min(ends[0], ends[1])...max(ends[0], ends[1]))
        case "workload": kind = .workload(body.choices)
        default: kind = .text
        }
        let value = (try? Value(body.defaultValue)) ?? .text("")
        self.init(body.name, kind, default: value, note: body.note)
    }
}

extension ProtoOption {
    fileprivate init(_ option: OptionSpec) {
        self.init()
        (name, defaultValue, note) = (option.name, ProtoValue(option.defaultValue), option.note)
        switch option.kind {
        case .choice(let words): (kind, choices) = ("choice", words)
        case .number(let range): (kind, lowest, highest) = ("number", range.lowerBound, range.upperBound)
        case .text: kind = "text"
        case .workload(let names): (kind, choices) = ("workload", names)
        }
    }
}
