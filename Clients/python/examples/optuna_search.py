"""Optuna's TPE searches the DRAM controller, ten designs at a time: optuna_search.py [ENDPOINT]"""

import sys

import optuna
import sextant


def suggest(trial, parameter):
    match parameter:
        case sextant.Categorical(name=name, choices=choices):
            return trial.suggest_categorical(name, choices)
        case sextant.Ordinal(name=name, numbers=numbers):
            return trial.suggest_categorical(name, numbers)
        case sextant.Integer(name=name, lowest=low, highest=high, step=step):
            return trial.suggest_int(name, low, high, step=step)
        case sextant.Real(name=name, lowest=low, highest=high):
            return trial.suggest_float(name, low, high, log=parameter.scale == "log2")


endpoint = sys.argv[1] if len(sys.argv) > 1 else sextant.start()
optuna.logging.set_verbosity(optuna.logging.WARNING)
search = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
objective = {"product": {"latency": 1, "energy": 1}}
with sextant.Study(endpoint, "dram-controller-v0", objective=objective, study="optuna", workload="stream") as study:
    for _ in range(10):
        trials = [search.ask() for _ in range(10)]
        designs = [{each.name: suggest(trial, each) for each in study.problem.parameters} for trial in trials]
        for trial, sample in zip(trials, study.evaluate_all(designs)):
            if sample.is_ok:
                search.tell(trial, sample.reward)
            else:
                search.tell(trial, state=optuna.trial.TrialState.FAIL)
    best = study.best
    print(f"{len(study)} samples, best #{best.number}: {best['latency']:.2f} ns, {best['energy']:.1f} uJ")
    print(best.design)
