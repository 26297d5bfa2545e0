"""One classifier over all labels, topics of the retrieval intent included.

Config::

    pipeline:
      - name: ouderwijzer.begrip.labels.LabelClassifier
        C: 1.5                  # inverse regularisation of the SVM
        temperature: 0.12       # softmax over margins; least log loss on the tuning set
        watch: [nood_acuut]     # labels also looked for in each stretch of a long message
        stretch: 30             # words
        step: 10                # words from the start of one stretch to that of the next

Why not stock parts: Rasa has no tf-idf featurizer, and an intent classifier plus a
ResponseSelector decide apart what is one choice. Linear SVM on tf-idf of words (1-2) and
characters within words (2-5) was right on 80 % of 851 unseen sentences; count features with
LogisticRegressionClassifier scored 10 points lower (shared design, section 7; bench/ repeats it).

It writes the message attributes of contracts.md: ``intent``, ``intent_ranking`` (base intents),
``response_selector`` in Rasa's shape, and ``labels``, the joint ranking. ``watched`` holds the
confidence of each watched label in the stretch where they are highest together: one sentence that
matters drowns in a long story about something else (bench/vangnet.md has the gain).
"""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

RANKING_LENGTH = 10
Array = npt.NDArray[np.floating[Any]]


def make_vectorizers() -> list[TfidfVectorizer]:
    """Return the two unfitted vectorizers: words 1-2, characters within words 2-5."""
    common = {
        "lowercase": True,
        "strip_accents": "unicode",
        "sublinear_tf": True,
        "dtype": np.float32,
    }
    return [
        TfidfVectorizer(
            analyzer="word", ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **common
        ),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, **common),
    ]


class LabelModel:
    """The fitted classifier: text in, ranked labels out; knows nothing of Rasa."""

    def __init__(
        self,
        vectorizers: list[TfidfVectorizer],
        weights: Array,
        bias: Array,
        labels: list[str],
        temperature: float,
    ) -> None:
        """Keep the parts; ``weights`` has shape (features, labels), ``bias`` (labels,)."""
        self.vectorizers = vectorizers
        self.weights = weights
        self.bias = bias
        self.labels = labels
        self.temperature = temperature

    @classmethod
    def fit(cls, texts: list[str], labels: list[str], c: float, temperature: float) -> LabelModel:
        """Fit on parallel lists of texts and labels; the same input gives the same model."""
        vectorizers = make_vectorizers()
        features = sp.hstack([v.fit_transform(texts) for v in vectorizers]).tocsr()
        # No class weights: with them the broad labels (buiten_bereik, nood_*) are found less, and
        # some 1.3 points of the tuning sets are lost. A tolerance of 0.01 gives the same answers as
        # the default. Not on several threads: liblinear's random order is shared between them.
        svm = LinearSVC(C=c, random_state=0, tol=0.01)
        svm.fit(features, labels)
        for vectorizer in vectorizers:
            vectorizer.idf_ = vectorizer.idf_  # as ``load`` sets it: the same to the last digit
        names = [str(name) for name in svm.classes_]
        # Half precision: some 290,000 features by 114 labels take 66 MB instead of 132.
        weights = np.ascontiguousarray(svm.coef_.T, dtype=np.float16)
        bias = svm.intercept_.astype(np.float32)
        return cls(vectorizers, weights, bias, names, temperature)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return all labels with confidences that sum to 1, best first."""
        confidences = self._confidences([text])[0]
        order = np.argsort(-confidences, kind="stable")
        return [(self.labels[i], float(confidences[i])) for i in order]

    def watch(self, text: str, labels: list[str], stretch: int, step: int) -> dict[str, float]:
        """Return the confidence of each of ``labels`` in the stretch where their sum is highest.

        ``stretch`` and ``step`` in words; a shorter text is one stretch. Labels that the model
        does not know are left out.
        """
        columns = [self.labels.index(label) for label in labels if label in self.labels]
        confidences = self._confidences(stretches(text, stretch, step))[:, columns]
        best = confidences[confidences.sum(axis=1).argmax()]
        return {self.labels[c]: float(value) for c, value in zip(columns, best, strict=True)}

    def _confidences(self, texts: list[str]) -> Array:
        """Return confidences of shape (texts, labels)."""
        features = sp.hstack([v.transform(texts) for v in self.vectorizers]).tocsr()
        rows = np.empty((len(texts), len(self.labels)))
        for i, (begin, end) in enumerate(itertools.pairwise(features.indptr)):
            # Only the weights that occur: a sparse product would first convert all of them.
            values = features.data[begin:end].astype(np.float32)
            weights = self.weights[features.indices[begin:end]].astype(np.float32)
            margins = values @ weights + self.bias
            rows[i] = _softmax(margins.astype(np.float64) / self.temperature)
        return rows

    def save(self, folder: Any) -> None:
        """Write the model under ``folder`` (a Path) as JSON and npz, without pickles."""
        vocabularies = [
            sorted(v.vocabulary_, key=v.vocabulary_.__getitem__) for v in self.vectorizers
        ]
        (folder / "labels.json").write_text(
            json.dumps(
                {
                    "labels": self.labels,
                    "temperature": self.temperature,
                    "vocabularies": vocabularies,
                }
            ),
            encoding="utf-8",
        )
        np.savez(
            folder / "labels.npz",
            weights=self.weights,
            bias=self.bias,
            **{f"idf{i}": v.idf_ for i, v in enumerate(self.vectorizers)},
        )

    @classmethod
    def load(cls, folder: Any) -> LabelModel:
        """Read what ``save`` wrote under ``folder`` (a Path)."""
        meta = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        arrays = np.load(folder / "labels.npz", allow_pickle=False)
        vectorizers = make_vectorizers()
        for i, vectorizer in enumerate(vectorizers):
            words = meta["vocabularies"][i]
            vectorizer.vocabulary_ = {word: n for n, word in enumerate(words)}
            vectorizer.idf_ = arrays[f"idf{i}"]
        return cls(
            vectorizers, arrays["weights"], arrays["bias"], meta["labels"], meta["temperature"]
        )


def stretches(text: str, length: int, step: int) -> list[str]:
    """Return stretches of ``length`` words, each ``step`` words after the last, that cover all."""
    words = text.split()
    if len(words) <= length:
        return [text]
    begins = [*range(0, len(words) - length, step), len(words) - length]
    return [" ".join(words[begin : begin + length]) for begin in begins]


def _softmax(values: Array) -> Array:
    powers = np.exp(values - values.max())
    return np.asarray(powers / powers.sum())


def split_ranking(
    ranking: list[tuple[str, float]],
) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Split a joint ranking into Rasa's two shapes.

    Returns the ranking of base intents, each with the confidence of its best label, and the
    ``response_selector`` property, or None where no label is a retrieval intent.
    """
    intents: dict[str, float] = {}
    responses: dict[str, list[dict[str, Any]]] = {}
    for label, confidence in ranking:
        base, _, topic = label.partition("/")
        intents.setdefault(base, confidence)
        if topic:
            responses.setdefault(base, []).append(
                {"intent_response_key": label, "confidence": confidence}
            )
    intent_ranking = [{"name": name, "confidence": value} for name, value in intents.items()]
    if not responses:
        return intent_ranking, None
    selector: dict[str, Any] = {"all_retrieval_intents": sorted(responses)}
    for base, keys in responses.items():
        selector[base] = {"response": keys[0], "ranking": keys[:RANKING_LENGTH]}
    return intent_ranking, selector


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LabelClassifier(GraphComponent, IntentClassifier):
    """Linear SVM over tf-idf that ranks intents and topics together."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LabelModel | None = None,
    ) -> None:
        """Keep settings and, when loaded, the fitted model."""
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default settings."""
        return {"C": 1.5, "temperature": 0.12, "watch": [], "stretch": 30, "step": 10}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LabelClassifier:
        """Create an untrained component (see parent class)."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on all intent examples and store the model."""
        examples = [e for e in training_data.intent_examples if e.get("text")]
        self._model = LabelModel.fit(
            [e.get("text") for e in examples],
            [e.get_full_intent() for e in examples],
            float(self._config["C"]),
            float(self._config["temperature"]),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LabelClassifier:
        """Load a trained component (see parent class)."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LabelModel.load(folder))

    def process(self, messages: list[Message]) -> list[Message]:
        """Write intent, intent_ranking, response_selector and labels into each message."""
        if self._model is None:
            return messages
        for message in messages:
            text = message.get("text") or ""
            if not text.strip():
                continue
            ranking = self._model.rank(text)
            intents, selector = split_ranking(ranking)
            top = [{"label": lab, "confidence": conf} for lab, conf in ranking[:RANKING_LENGTH]]
            message.set("intent", intents[0], add_to_output=True)
            message.set("intent_ranking", intents[:RANKING_LENGTH], add_to_output=True)
            message.set("labels", top, add_to_output=True)
            if self._config["watch"]:
                message.set("watched", self._watched(text, ranking), add_to_output=True)
            if selector:
                message.set("response_selector", selector, add_to_output=True)
        return messages

    def _watched(self, text: str, ranking: list[tuple[str, float]]) -> dict[str, float]:
        assert self._model is not None
        labels, stretch = self._config["watch"], int(self._config["stretch"])
        if len(text.split()) <= stretch:  # its only stretch is what was just ranked
            return {label: confidence for label, confidence in ranking if label in labels}
        return self._model.watch(text, labels, stretch, int(self._config["step"]))
