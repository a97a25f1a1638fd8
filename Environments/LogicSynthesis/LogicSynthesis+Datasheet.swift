public import Gym

extension LogicSynthesis {
    /// What the environment is, step by step.
    public static let datasheet = Datasheet(
        id: "logic-synthesis-v0", title: "LogicSynthesis",
        summary: "recipes of logic synthesis on the real ABC, an operation a step, on generated or one's own circuits",
        description: [modelled, steps, rest].joined(separator: "\n\n"), options: options, references: references,
        history: ["v0: first version"])

    /// What the environment is, a whole recipe at once.
    public static let recipeDatasheet = Datasheet(
        id: "logic-synthesis-recipe-v0", title: "LogicSynthesis",
        summary: "recipes of logic synthesis on the real ABC, a whole recipe as one design",
        description: [
            modelled,
            """
            The whole recipe is one design, `op1` to the last one; the metrics are those after its last step, equal \
            bit for bit to those that `logic-synthesis-v0` reports there. The default recipe is the reference recipe, \
            repeated to the length.
            """, rest,
        ].joined(separator: "\n\n"), options: options, references: references, history: ["v0: first version"])

    private static let modelled = """
        Nothing is modelled: ABC does every operation, in processes that stay alive between steps. Under step \
        semantics the circuit is written as AIGER, read back and hashed after each, so that a step depends on its \
        circuit alone, equal circuits are found, and what was done once is not done again, whichever slot asks. \
        Results depend on the build of ABC; with Debian's 1.01 (compiled Feb 7 2023) every number of 112 published \
        rows on EPFL and ISCAS-85 circuits is met exactly. Every circuit that ABC leaves is checked: its ports, and \
        its outputs under all patterns of up to 12 inputs or 1,024 drawn ones, against the circuit before.
        """

    private static let steps = """
        Every step reports the circuit so far. With the objective accumulate: gain an episode's rewards sum to the \
        design's quality less the final one, so that it is judged by its end alone; with measure=last circuits are \
        mapped only there. Observations are 23 features of the graph (sizes, fan-outs, inverters, XOR and MUX \
        shares, a histogram of levels), ANDs and levels relative to the design and what the last step changed, the \
        share of steps left, and the last three operations. Under preset=drills the metric table_reward is the \
        paper's reward.
        """

    private static let rest = """
        A crash, a hang or a wrong circuit is a failed sample whose reason says which (tool_crash, tool_timeout, \
        tool_wrong, tool_error); the process is begun anew and nothing else is disturbed. Only operations of a fixed \
        list with numbers in their ranges become commands. Presets: boils (11 operations, length 20, LUTs and \
        levels), abc-rl (7, 10, area times delay), openabc (7, 20, area times delay, map -B 0.9), drills (7, 50, area \
        under a limit of delay). Quality is comparable only within one set of operations: with sopb deep circuits \
        beat any reference made without it. ABC is found on the search path as berkeley-abc, yosys-abc or abc, or \
        named by SEXTANT_ABC; with transitions=FILE logged steps are replayed without it. See \
        docs/logic-synthesis.md.
        """

    private static let references = [
        "Brayton and Mishchenko, ABC: An Academic Industrial-Strength Verification Tool, CAV 2010",
        "Hosny et al., DRiLLS: Deep Reinforcement Learning for Logic Synthesis, ASP-DAC 2020",
        "Grosnit et al., BOiLS: Bayesian Optimisation for Logic Synthesis, DATE 2022",
        "Chowdhury et al., OpenABC-D: A Large-Scale Dataset for Machine Learning Guided IC Synthesis, 2021",
        "Chowdhury et al., Retrieval-Guided Reinforcement Learning for Boolean Circuit Minimization, ICLR 2024",
        "Zhu et al., Exploring Logic Optimizations with Reinforcement Learning and Graph Convolutional Network, "
            + "MLCAD 2020",
    ]

    static let options = [
        OptionSpec(
            "design", .workload(GeneratedCircuit.all.map(\.name)), default: "divider",
            note: "the circuit: a generated one, or a file in AIGER, BLIF or Verilog (.v)"),
        OptionSpec(
            "width", .number(0...1_024), default: 0, note: "of a generated design, in bits; 0 for its usual width"),
        OptionSpec("seed", .number(0...0x1p53), default: 0, note: "of a generated design that is drawn"),
        OptionSpec(
            "preset", .choice(SynthesisPreset.all.map(\.name)), default: "boils",
            note: "whose operations, length, metrics and objective are taken where they are not given"),
        OptionSpec(
            "actions", .text, default: "preset", note: "std7, ext11, or a list such as: rw, rf -N 5..15, rs -K 8, b"),
        OptionSpec("length", .number(0...200), default: 0, note: "steps of a recipe; 0 for the preset's"),
        OptionSpec(
            "backend", .choice(["preset", "lut", "genlib", "liberty", "ands"]), default: "preset",
            note: "what circuits are mapped to before they are measured"),
        OptionSpec("lut_inputs", .number(3...16), default: 6, note: "inputs of a lookup table"),
        OptionSpec(
            "library", .workload(["own"]), default: "own",
            note: "cells: the built-in genlib, or a genlib or Liberty file"),
        OptionSpec(
            "objective", .choice(["preset"] + SynthesisObjective.allCases.map(\.rawValue)), default: "preset",
            note: "what quality is made of"),
        OptionSpec(
            "reference", .text, default: "resyn2",
            note: "what quality is relative to: resyn, resyn2, resyn2rs, compress2rs, none, or a recipe"),
        OptionSpec(
            "delay_limit", .number(0...1e9), default: 0,
            note: "of the objective constrained, in the unit of delay; 0 for the reference's delay"),
        OptionSpec(
            "semantics", .choice(Synthesizer.Semantics.allCases.map(\.rawValue)), default: "step",
            note: "step: written and read after each operation; oneshot: a recipe in one go, as papers do it"),
        OptionSpec(
            "measure", .choice(["every", "last"]), default: "every",
            note: "after which steps the circuit is mapped; the recipe's form maps after the last in any case"),
        OptionSpec("deadline", .number(0.01...86_400), default: 30, note: "of one operation, in seconds"),
        OptionSpec("memory", .number(64...1_048_576), default: 4_096, note: "of an ABC process at most, in MiB"),
        OptionSpec(
            "failures", .choice(["end", "skip"]), default: "end",
            note: "whether an operation that ABC fails at ends the episode or counts as nothing done"),
        OptionSpec(
            "transitions", .workload(["live"]), default: "live",
            note: "live: by ABC; or a file of logged transitions, which are replayed"),
    ]
}
