from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Action(_message.Message):
    __slots__ = ["named", "values"]
    class NamedEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Value, _Mapping]] = ...) -> None: ...
    NAMED_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    named: _containers.MessageMap[str, Value]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ..., named: _Optional[_Mapping[str, Value]] = ...) -> None: ...

class CategoricalDomain(_message.Message):
    __slots__ = ["choices"]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    choices: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, choices: _Optional[_Iterable[str]] = ...) -> None: ...

class CloseRequest(_message.Message):
    __slots__ = ["reason", "status"]
    REASON_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    reason: str
    status: str
    def __init__(self, status: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class Datasheet(_message.Message):
    __slots__ = ["description", "history", "id", "options", "references", "summary", "title"]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    REFERENCES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    description: str
    history: _containers.RepeatedScalarFieldContainer[str]
    id: str
    options: _containers.RepeatedCompositeFieldContainer[Option]
    references: _containers.RepeatedScalarFieldContainer[str]
    summary: str
    title: str
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., summary: _Optional[str] = ..., description: _Optional[str] = ..., options: _Optional[_Iterable[_Union[Option, _Mapping]]] = ..., references: _Optional[_Iterable[str]] = ..., history: _Optional[_Iterable[str]] = ...) -> None: ...

class DropRequest(_message.Message):
    __slots__ = ["reason"]
    REASON_FIELD_NUMBER: _ClassVar[int]
    reason: str
    def __init__(self, reason: _Optional[str] = ...) -> None: ...

class Empty(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class Error(_message.Message):
    __slots__ = ["code", "field", "hint", "message"]
    CODE_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    field: str
    hint: str
    message: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., hint: _Optional[str] = ..., field: _Optional[str] = ...) -> None: ...

class HelloReply(_message.Message):
    __slots__ = ["catalog_digest", "keys", "limits", "server", "version"]
    CATALOG_DIGEST_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    SERVER_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    catalog_digest: str
    keys: bool
    limits: Limits
    server: str
    version: int
    def __init__(self, server: _Optional[str] = ..., version: _Optional[int] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., keys: bool = ..., catalog_digest: _Optional[str] = ...) -> None: ...

class HelloRequest(_message.Message):
    __slots__ = ["client", "versions"]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    client: str
    versions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, client: _Optional[str] = ..., versions: _Optional[_Iterable[int]] = ...) -> None: ...

class HistoryReply(_message.Message):
    __slots__ = ["samples"]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    samples: _containers.RepeatedCompositeFieldContainer[LoggedSample]
    def __init__(self, samples: _Optional[_Iterable[_Union[LoggedSample, _Mapping]]] = ...) -> None: ...

class HistoryRequest(_message.Message):
    __slots__ = ["limit"]
    FROM_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    limit: int
    def __init__(self, limit: _Optional[int] = ..., **kwargs) -> None: ...

class IntegerDomain(_message.Message):
    __slots__ = ["highest", "lowest", "step"]
    HIGHEST_FIELD_NUMBER: _ClassVar[int]
    LOWEST_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    highest: int
    lowest: int
    step: int
    def __init__(self, lowest: _Optional[int] = ..., highest: _Optional[int] = ..., step: _Optional[int] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ["actions", "idle_seconds", "message_bytes", "sessions", "slots", "window"]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    IDLE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_FIELD_NUMBER: _ClassVar[int]
    actions: int
    idle_seconds: int
    message_bytes: int
    sessions: int
    slots: int
    window: int
    def __init__(self, message_bytes: _Optional[int] = ..., window: _Optional[int] = ..., slots: _Optional[int] = ..., actions: _Optional[int] = ..., sessions: _Optional[int] = ..., idle_seconds: _Optional[int] = ...) -> None: ...

class ListReply(_message.Message):
    __slots__ = ["environments"]
    ENVIRONMENTS_FIELD_NUMBER: _ClassVar[int]
    environments: _containers.RepeatedCompositeFieldContainer[Listing]
    def __init__(self, environments: _Optional[_Iterable[_Union[Listing, _Mapping]]] = ...) -> None: ...

class ListRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class Listing(_message.Message):
    __slots__ = ["datasheet", "served_by", "spec"]
    DATASHEET_FIELD_NUMBER: _ClassVar[int]
    SERVED_BY_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    datasheet: Datasheet
    served_by: str
    spec: Spec
    def __init__(self, datasheet: _Optional[_Union[Datasheet, _Mapping]] = ..., spec: _Optional[_Union[Spec, _Mapping]] = ..., served_by: _Optional[str] = ...) -> None: ...

class LoggedSample(_message.Message):
    __slots__ = ["action", "episode", "slot", "step"]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    EPISODE_FIELD_NUMBER: _ClassVar[int]
    SLOT_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    action: _containers.RepeatedScalarFieldContainer[float]
    episode: int
    slot: int
    step: Step
    def __init__(self, step: _Optional[_Union[Step, _Mapping]] = ..., action: _Optional[_Iterable[float]] = ..., episode: _Optional[int] = ..., slot: _Optional[int] = ...) -> None: ...

class MakeReply(_message.Message):
    __slots__ = ["autoreset", "logged", "session", "spec", "study", "trial"]
    AUTORESET_FIELD_NUMBER: _ClassVar[int]
    LOGGED_FIELD_NUMBER: _ClassVar[int]
    SESSION_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STUDY_FIELD_NUMBER: _ClassVar[int]
    TRIAL_FIELD_NUMBER: _ClassVar[int]
    autoreset: str
    logged: int
    session: int
    spec: Spec
    study: str
    trial: str
    def __init__(self, session: _Optional[int] = ..., spec: _Optional[_Union[Spec, _Mapping]] = ..., autoreset: _Optional[str] = ..., logged: _Optional[int] = ..., study: _Optional[str] = ..., trial: _Optional[str] = ...) -> None: ...

class MakeRequest(_message.Message):
    __slots__ = ["agent", "autoreset", "budget", "describe_only", "environment", "no_cache", "objective", "options", "record_observations", "resumption", "seed", "settings", "slots", "study", "trial"]
    class OptionsEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Value, _Mapping]] = ...) -> None: ...
    AGENT_FIELD_NUMBER: _ClassVar[int]
    AUTORESET_FIELD_NUMBER: _ClassVar[int]
    BUDGET_FIELD_NUMBER: _ClassVar[int]
    DESCRIBE_ONLY_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    NO_CACHE_FIELD_NUMBER: _ClassVar[int]
    OBJECTIVE_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    RECORD_OBSERVATIONS_FIELD_NUMBER: _ClassVar[int]
    RESUMPTION_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    SLOTS_FIELD_NUMBER: _ClassVar[int]
    STUDY_FIELD_NUMBER: _ClassVar[int]
    TRIAL_FIELD_NUMBER: _ClassVar[int]
    agent: str
    autoreset: str
    budget: str
    describe_only: bool
    environment: str
    no_cache: bool
    objective: Objective
    options: _containers.MessageMap[str, Value]
    record_observations: bool
    resumption: str
    seed: int
    settings: str
    slots: int
    study: str
    trial: str
    def __init__(self, environment: _Optional[str] = ..., options: _Optional[_Mapping[str, Value]] = ..., objective: _Optional[_Union[Objective, _Mapping]] = ..., slots: _Optional[int] = ..., study: _Optional[str] = ..., trial: _Optional[str] = ..., seed: _Optional[int] = ..., autoreset: _Optional[str] = ..., agent: _Optional[str] = ..., settings: _Optional[str] = ..., budget: _Optional[str] = ..., resumption: _Optional[str] = ..., no_cache: bool = ..., record_observations: bool = ..., describe_only: bool = ...) -> None: ...

class Making(_message.Message):
    __slots__ = ["environment", "files", "options"]
    class FilesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class OptionsEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: Value
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[Value, _Mapping]] = ...) -> None: ...
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    FILES_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    environment: str
    files: _containers.ScalarMap[str, str]
    options: _containers.MessageMap[str, Value]
    def __init__(self, environment: _Optional[str] = ..., options: _Optional[_Mapping[str, Value]] = ..., files: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Mask(_message.Message):
    __slots__ = ["choices"]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    choices: _containers.RepeatedScalarFieldContainer[bool]
    def __init__(self, choices: _Optional[_Iterable[bool]] = ...) -> None: ...

class Metric(_message.Message):
    __slots__ = ["goal", "is_deterministic", "is_positive", "name", "note", "unit"]
    GOAL_FIELD_NUMBER: _ClassVar[int]
    IS_DETERMINISTIC_FIELD_NUMBER: _ClassVar[int]
    IS_POSITIVE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    goal: str
    is_deterministic: bool
    is_positive: bool
    name: str
    note: str
    unit: str
    def __init__(self, name: _Optional[str] = ..., unit: _Optional[str] = ..., goal: _Optional[str] = ..., is_positive: bool = ..., is_deterministic: bool = ..., note: _Optional[str] = ...) -> None: ...

class Objective(_message.Message):
    __slots__ = ["constraints", "kind", "terms"]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    constraints: _containers.RepeatedScalarFieldContainer[str]
    kind: str
    terms: _containers.RepeatedCompositeFieldContainer[Term]
    def __init__(self, kind: _Optional[str] = ..., terms: _Optional[_Iterable[_Union[Term, _Mapping]]] = ..., constraints: _Optional[_Iterable[str]] = ...) -> None: ...

class Observation(_message.Message):
    __slots__ = ["legal", "values"]
    LEGAL_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    legal: _containers.RepeatedCompositeFieldContainer[Mask]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ..., legal: _Optional[_Iterable[_Union[Mask, _Mapping]]] = ...) -> None: ...

class Option(_message.Message):
    __slots__ = ["choices", "default_value", "highest", "kind", "lowest", "name", "note"]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_VALUE_FIELD_NUMBER: _ClassVar[int]
    HIGHEST_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LOWEST_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    choices: _containers.RepeatedScalarFieldContainer[str]
    default_value: Value
    highest: float
    kind: str
    lowest: float
    name: str
    note: str
    def __init__(self, name: _Optional[str] = ..., kind: _Optional[str] = ..., choices: _Optional[_Iterable[str]] = ..., lowest: _Optional[float] = ..., highest: _Optional[float] = ..., default_value: _Optional[_Union[Value, _Mapping]] = ..., note: _Optional[str] = ...) -> None: ...

class OrdinalDomain(_message.Message):
    __slots__ = ["values"]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...

class Parameter(_message.Message):
    __slots__ = ["categorical", "default_value", "integer", "name", "note", "ordinal", "real", "scale", "unit"]
    CATEGORICAL_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_VALUE_FIELD_NUMBER: _ClassVar[int]
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    ORDINAL_FIELD_NUMBER: _ClassVar[int]
    REAL_FIELD_NUMBER: _ClassVar[int]
    SCALE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    categorical: CategoricalDomain
    default_value: Value
    integer: IntegerDomain
    name: str
    note: str
    ordinal: OrdinalDomain
    real: RealDomain
    scale: str
    unit: str
    def __init__(self, name: _Optional[str] = ..., integer: _Optional[_Union[IntegerDomain, _Mapping]] = ..., real: _Optional[_Union[RealDomain, _Mapping]] = ..., ordinal: _Optional[_Union[OrdinalDomain, _Mapping]] = ..., categorical: _Optional[_Union[CategoricalDomain, _Mapping]] = ..., scale: _Optional[str] = ..., unit: _Optional[str] = ..., note: _Optional[str] = ..., default_value: _Optional[_Union[Value, _Mapping]] = ...) -> None: ...

class ReadyReply(_message.Message):
    __slots__ = ["beat_milliseconds", "limits", "version"]
    BEAT_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    beat_milliseconds: int
    limits: Limits
    version: int
    def __init__(self, version: _Optional[int] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., beat_milliseconds: _Optional[int] = ...) -> None: ...

class ReadyRequest(_message.Message):
    __slots__ = ["capacity", "environments", "versions", "worker"]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENTS_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    WORKER_FIELD_NUMBER: _ClassVar[int]
    capacity: int
    environments: _containers.RepeatedCompositeFieldContainer[Listing]
    versions: _containers.RepeatedScalarFieldContainer[int]
    worker: str
    def __init__(self, worker: _Optional[str] = ..., versions: _Optional[_Iterable[int]] = ..., capacity: _Optional[int] = ..., environments: _Optional[_Iterable[_Union[Listing, _Mapping]]] = ...) -> None: ...

class RealDomain(_message.Message):
    __slots__ = ["highest", "lowest"]
    HIGHEST_FIELD_NUMBER: _ClassVar[int]
    LOWEST_FIELD_NUMBER: _ClassVar[int]
    highest: float
    lowest: float
    def __init__(self, lowest: _Optional[float] = ..., highest: _Optional[float] = ...) -> None: ...

class ResetReply(_message.Message):
    __slots__ = ["observations"]
    OBSERVATIONS_FIELD_NUMBER: _ClassVar[int]
    observations: _containers.RepeatedCompositeFieldContainer[Observation]
    def __init__(self, observations: _Optional[_Iterable[_Union[Observation, _Mapping]]] = ...) -> None: ...

class ResetRequest(_message.Message):
    __slots__ = ["seeds"]
    SEEDS_FIELD_NUMBER: _ClassVar[int]
    seeds: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, seeds: _Optional[_Iterable[int]] = ...) -> None: ...

class RunRequest(_message.Message):
    __slots__ = ["action", "making", "seed"]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    MAKING_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    action: Action
    making: Making
    seed: int
    def __init__(self, making: _Optional[_Union[Making, _Mapping]] = ..., seed: _Optional[int] = ..., action: _Optional[_Union[Action, _Mapping]] = ...) -> None: ...

class RunResult(_message.Message):
    __slots__ = ["observation", "spec", "step"]
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    observation: Observation
    spec: Spec
    step: Step
    def __init__(self, spec: _Optional[_Union[Spec, _Mapping]] = ..., observation: _Optional[_Union[Observation, _Mapping]] = ..., step: _Optional[_Union[Step, _Mapping]] = ...) -> None: ...

class Space(_message.Message):
    __slots__ = ["activity", "constraints", "parameters"]
    class ActivityEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    CONSTRAINTS_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    activity: _containers.ScalarMap[str, str]
    constraints: _containers.RepeatedScalarFieldContainer[str]
    parameters: _containers.RepeatedCompositeFieldContainer[Parameter]
    def __init__(self, parameters: _Optional[_Iterable[_Union[Parameter, _Mapping]]] = ..., constraints: _Optional[_Iterable[str]] = ..., activity: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Spec(_message.Message):
    __slots__ = ["action_space", "horizon", "id", "is_pure", "metrics", "observation_names", "reference"]
    ACTION_SPACE_FIELD_NUMBER: _ClassVar[int]
    HORIZON_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    IS_PURE_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_NAMES_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    action_space: Space
    horizon: int
    id: str
    is_pure: bool
    metrics: _containers.RepeatedCompositeFieldContainer[Metric]
    observation_names: _containers.RepeatedScalarFieldContainer[str]
    reference: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, id: _Optional[str] = ..., action_space: _Optional[_Union[Space, _Mapping]] = ..., observation_names: _Optional[_Iterable[str]] = ..., metrics: _Optional[_Iterable[_Union[Metric, _Mapping]]] = ..., horizon: _Optional[int] = ..., is_pure: bool = ..., reference: _Optional[_Iterable[float]] = ...) -> None: ...

class Step(_message.Message):
    __slots__ = ["cached", "final_observation", "metrics", "number", "observation", "reason", "reward", "seconds", "status", "terminated", "truncated", "violation"]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    FINAL_OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    OBSERVATION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    REWARD_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TERMINATED_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    VIOLATION_FIELD_NUMBER: _ClassVar[int]
    cached: bool
    final_observation: Observation
    metrics: _containers.RepeatedScalarFieldContainer[float]
    number: int
    observation: Observation
    reason: str
    reward: float
    seconds: float
    status: str
    terminated: bool
    truncated: bool
    violation: float
    def __init__(self, number: _Optional[int] = ..., observation: _Optional[_Union[Observation, _Mapping]] = ..., final_observation: _Optional[_Union[Observation, _Mapping]] = ..., reward: _Optional[float] = ..., violation: _Optional[float] = ..., terminated: bool = ..., truncated: bool = ..., status: _Optional[str] = ..., reason: _Optional[str] = ..., metrics: _Optional[_Iterable[float]] = ..., cached: bool = ..., seconds: _Optional[float] = ...) -> None: ...

class StepReply(_message.Message):
    __slots__ = ["steps"]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    steps: _containers.RepeatedCompositeFieldContainer[Step]
    def __init__(self, steps: _Optional[_Iterable[_Union[Step, _Mapping]]] = ...) -> None: ...

class StepRequest(_message.Message):
    __slots__ = ["actions"]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    actions: _containers.RepeatedCompositeFieldContainer[Action]
    def __init__(self, actions: _Optional[_Iterable[_Union[Action, _Mapping]]] = ...) -> None: ...

class Term(_message.Message):
    __slots__ = ["amount", "metric"]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    METRIC_FIELD_NUMBER: _ClassVar[int]
    amount: float
    metric: str
    def __init__(self, metric: _Optional[str] = ..., amount: _Optional[float] = ...) -> None: ...

class Value(_message.Message):
    __slots__ = ["number", "text"]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    number: float
    text: str
    def __init__(self, number: _Optional[float] = ..., text: _Optional[str] = ...) -> None: ...
