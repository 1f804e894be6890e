"""The last part of a model: which estimators are taken, and which of their parameters are known."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import is_classifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from .refusal import CannotDeclare, examine, is_null, kind_of, refuse

#: The parameters of scikit-learn's estimators, of the releases 1.5 to 1.9. What they change is in what
#: the estimator learned; `_CONDITIONS` has those that change how it predicts.
_KNOWN = {
    "LogisticRegression": (
        "penalty dual tol C fit_intercept intercept_scaling class_weight random_state solver max_iter multi_class "
        "verbose warm_start n_jobs l1_ratio"
    ),
    "LogisticRegressionCV": (
        "Cs fit_intercept cv dual penalty scoring solver tol max_iter class_weight n_jobs verbose refit "
        "intercept_scaling multi_class random_state l1_ratios use_legacy_attributes"
    ),
    "SGDClassifier": (
        "loss penalty alpha l1_ratio fit_intercept max_iter tol shuffle verbose epsilon n_jobs random_state "
        "learning_rate eta0 power_t early_stopping validation_fraction n_iter_no_change class_weight warm_start "
        "average"
    ),
    "SGDRegressor": (
        "loss penalty alpha l1_ratio fit_intercept max_iter tol shuffle verbose epsilon random_state learning_rate "
        "eta0 power_t early_stopping validation_fraction n_iter_no_change warm_start average"
    ),
    "LinearRegression": "fit_intercept copy_X n_jobs positive tol",
    "Ridge": "alpha fit_intercept copy_X max_iter tol solver positive random_state",
    "RidgeCV": "alphas fit_intercept scoring cv gcv_mode store_cv_results alpha_per_target store_cv_values",
    "Lasso": "alpha fit_intercept precompute copy_X max_iter tol warm_start positive random_state selection",
    "LassoCV": (
        "eps n_alphas alphas fit_intercept precompute max_iter tol copy_X cv verbose n_jobs positive random_state "
        "selection"
    ),
    "ElasticNet": (
        "alpha l1_ratio fit_intercept precompute max_iter copy_X tol warm_start positive random_state selection"
    ),
    "ElasticNetCV": (
        "l1_ratio eps n_alphas alphas fit_intercept precompute max_iter tol cv copy_X verbose n_jobs positive "
        "random_state selection"
    ),
    "HuberRegressor": "epsilon max_iter alpha warm_start fit_intercept tol",
    "BayesianRidge": (
        "max_iter tol alpha_1 alpha_2 lambda_1 lambda_2 alpha_init lambda_init compute_score fit_intercept copy_X "
        "verbose"
    ),
    "DecisionTreeClassifier": (
        "criterion splitter max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "random_state max_leaf_nodes min_impurity_decrease class_weight ccp_alpha monotonic_cst"
    ),
    "DecisionTreeRegressor": (
        "criterion splitter max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "random_state max_leaf_nodes min_impurity_decrease ccp_alpha monotonic_cst"
    ),
    "ExtraTreeClassifier": (
        "criterion splitter max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "random_state max_leaf_nodes min_impurity_decrease class_weight ccp_alpha monotonic_cst"
    ),
    "ExtraTreeRegressor": (
        "criterion splitter max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "random_state min_impurity_decrease max_leaf_nodes ccp_alpha monotonic_cst"
    ),
    "RandomForestClassifier": (
        "n_estimators criterion max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "max_leaf_nodes min_impurity_decrease bootstrap oob_score n_jobs random_state verbose warm_start "
        "class_weight ccp_alpha max_samples monotonic_cst"
    ),
    "RandomForestRegressor": (
        "n_estimators criterion max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "max_leaf_nodes min_impurity_decrease bootstrap oob_score n_jobs random_state verbose warm_start ccp_alpha "
        "max_samples monotonic_cst"
    ),
    "ExtraTreesClassifier": (
        "n_estimators criterion max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "max_leaf_nodes min_impurity_decrease bootstrap oob_score n_jobs random_state verbose warm_start "
        "class_weight ccp_alpha max_samples monotonic_cst"
    ),
    "ExtraTreesRegressor": (
        "n_estimators criterion max_depth min_samples_split min_samples_leaf min_weight_fraction_leaf max_features "
        "max_leaf_nodes min_impurity_decrease bootstrap oob_score n_jobs random_state verbose warm_start ccp_alpha "
        "max_samples monotonic_cst"
    ),
    "GradientBoostingClassifier": (
        "loss learning_rate n_estimators subsample criterion min_samples_split min_samples_leaf "
        "min_weight_fraction_leaf max_depth min_impurity_decrease init random_state max_features verbose "
        "max_leaf_nodes warm_start validation_fraction n_iter_no_change tol ccp_alpha"
    ),
    "GradientBoostingRegressor": (
        "loss learning_rate n_estimators subsample criterion min_samples_split min_samples_leaf "
        "min_weight_fraction_leaf max_depth min_impurity_decrease init random_state max_features alpha verbose "
        "max_leaf_nodes warm_start validation_fraction n_iter_no_change tol ccp_alpha"
    ),
    "GaussianNB": "priors var_smoothing",
    "MultinomialNB": "alpha force_alpha fit_prior class_prior",
    "BernoulliNB": "alpha force_alpha binarize fit_prior class_prior",
    "MLPClassifier": (
        "hidden_layer_sizes activation solver alpha batch_size learning_rate learning_rate_init power_t max_iter "
        "shuffle random_state tol verbose warm_start momentum nesterovs_momentum early_stopping "
        "validation_fraction beta_1 beta_2 epsilon n_iter_no_change max_fun"
    ),
    "MLPRegressor": (
        "hidden_layer_sizes activation solver alpha batch_size learning_rate learning_rate_init power_t max_iter "
        "shuffle random_state tol verbose warm_start momentum nesterovs_momentum early_stopping "
        "validation_fraction beta_1 beta_2 epsilon n_iter_no_change max_fun loss"
    ),
}
_LIGHTGBM = (
    "boosting_type num_leaves max_depth learning_rate n_estimators subsample_for_bin objective class_weight "
    "min_split_gain min_child_weight min_child_samples subsample subsample_freq colsample_bytree reg_alpha reg_lambda "
    "random_state n_jobs importance_type "
    # Further names that LightGBM takes; none changes how a learned tree predicts.
    "verbose verbosity deterministic force_row_wise force_col_wise num_threads seed max_bin min_data_in_bin "
    "feature_fraction feature_fraction_bynode bagging_fraction bagging_freq bagging_seed feature_fraction_seed "
    "lambda_l1 lambda_l2 min_data_in_leaf min_sum_hessian_in_leaf min_gain_to_split metric early_stopping_round "
    "early_stopping_rounds is_unbalance scale_pos_weight extra_trees path_smooth device_type data_random_seed "
    "max_delta_step monotone_constraints num_class"
)
_XGBOOST = (
    "callbacks colsample_bylevel colsample_bynode colsample_bytree device early_stopping_rounds eval_metric "
    "feature_weights gamma grow_policy importance_type interaction_constraints learning_rate max_bin "
    "max_cat_threshold max_cat_to_onehot max_delta_step max_depth max_leaves min_child_weight monotone_constraints "
    "n_estimators n_jobs num_parallel_tree random_state reg_alpha reg_lambda sampling_method scale_pos_weight "
    "subsample tree_method validate_parameters verbosity base_score objective"
)
_CATBOOST = (
    "iterations learning_rate depth l2_leaf_reg model_size_reg rsm loss_function border_count feature_border_type "
    "od_pval od_wait od_type leaf_estimation_iterations leaf_estimation_method thread_count random_seed "
    "use_best_model best_model_min_trees verbose silent logging_level metric_period allow_const_label class_weights "
    "auto_class_weights random_strength random_score_type ignored_features train_dir custom_metric eval_metric "
    "bagging_temperature allow_writing_files boosting_type task_type bootstrap_type subsample mvs_reg max_depth "
    "n_estimators num_boost_round num_trees colsample_bylevel random_state reg_lambda eta max_bin scale_pos_weight "
    "early_stopping_rounds grow_policy min_data_in_leaf min_child_samples max_leaves num_leaves score_function "
    "boost_from_average nan_mode"
)
_CONDITIONS = {
    "SGDClassifier": {"loss": lambda v: v in ("log_loss", "modified_huber")},
    "GradientBoostingClassifier": {"init": None, "loss": "log_loss"},
    "GradientBoostingRegressor": {"init": None},
    "LogisticRegression": {"multi_class": lambda v: v in ("auto", "deprecated", "multinomial", "warn")},
    "LogisticRegressionCV": {"multi_class": lambda v: v in ("auto", "deprecated", "multinomial", "warn")},
}
_SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")
_ADVICE = {
    "CalibratedClassifierCV": "calibrate inside is not expressible: publish the classifier that it wraps, or a "
    "LogisticRegression on its scores",
    "VotingClassifier": "publish one of its estimators, or each as a model of its own",
    "VotingRegressor": "publish one of its estimators, or each as a model of its own",
    "StackingClassifier": "publish one of its estimators",
    "StackingRegressor": "publish one of its estimators",
    "BaggingClassifier": "use a RandomForestClassifier or an ExtraTreesClassifier",
    "BaggingRegressor": "use a RandomForestRegressor or an ExtraTreesRegressor",
    "LinearSVC": "it has no predict_proba; use LogisticRegression, or SGDClassifier(loss='log_loss')",
    "SVC": "its predict is not its most probable class; use LogisticRegression or MLPClassifier",
    "NuSVC": "its predict is not its most probable class; use LogisticRegression or MLPClassifier",
    "RidgeClassifier": "it has no predict_proba; use LogisticRegression",
    "Perceptron": "it has no predict_proba; use SGDClassifier(loss='log_loss')",
    "KNeighborsClassifier": "the order of equal distances is not defined; use a tree ensemble",
    "KNeighborsRegressor": "the order of equal distances is not defined; use a tree ensemble",
    "HistGradientBoostingClassifier": "skl2onnx does not convert it exactly; use LGBMClassifier or "
    "GradientBoostingClassifier",
    "HistGradientBoostingRegressor": "skl2onnx does not convert it exactly; use LGBMRegressor or "
    "GradientBoostingRegressor",
    "OneVsRestClassifier": "use an estimator that takes several classes itself",
    "MultiOutputClassifier": "publish one model for each target",
    "MultiOutputRegressor": "publish one model for each target",
    "TunedThresholdClassifierCV": "publish its best estimator; the threshold is a member of the bundle's output",
    "FixedThresholdClassifier": "publish its estimator; the threshold is a member of the bundle's output",
    "FrozenEstimator": "publish the estimator that it wraps",
}
_TRANSFORMS = (("expm1", np.log1p, np.expm1), ("exp", np.log, np.exp))


@dataclass(frozen=True)
class Unwrapped:
    """A model taken apart: the transformers before the estimator, each with its path; the estimator and
    its path; and the function that the output applies to its value (`expm1`, `exp` or None)."""

    before: tuple[tuple[str, object], ...]
    estimator: object
    path: str
    transform: str | None


def unwrap(fitted) -> Unwrapped:
    """Takes pipelines, searches and target transformations apart. Raises CannotDeclare."""
    before: list[tuple[str, object]] = []
    transform = None
    path: list[str] = []
    while True:
        name = type(fitted).__name__
        if type(fitted) is Pipeline:
            examine(fitted, "steps memory verbose", transform_input=None)
            before += [(" / ".join([*path, n]), t) for n, t in fitted.steps[:-1]]
            last, fitted = fitted.steps[-1]
            path.append(last)
            if fitted is None or isinstance(fitted, str) or not hasattr(fitted, "predict"):
                raise CannotDeclare(f"the last step is no estimator that predicts, but {fitted!r}", " / ".join(path))
        elif name in _SEARCHES and type(fitted).__module__.startswith("sklearn.model_selection"):
            if not hasattr(fitted, "best_estimator_"):
                raise CannotDeclare(f"{name} has no best_estimator_: fit it, with refit=True", " / ".join(path))
            fitted = fitted.best_estimator_
        elif type(fitted) is TransformedTargetRegressor:
            transform = _target_transform(fitted, " / ".join(path))
            fitted = fitted.regressor_
        else:
            return Unwrapped(tuple(before), fitted, " / ".join(path), transform)


def _target_transform(fitted, path) -> str | None:
    examine(fitted, "regressor func inverse_func check_inverse transformer")
    if not hasattr(fitted, "regressor_"):
        raise CannotDeclare("TransformedTargetRegressor is not fitted", path)
    if fitted.transformer is None and fitted.func is None and fitted.inverse_func is None:
        return None
    if fitted.transformer is None:
        for word, func, inverse in _TRANSFORMS:
            if fitted.func is func and fitted.inverse_func is inverse:
                return word
    raise CannotDeclare(
        "TransformedTargetRegressor is known with func=np.log1p, inverse_func=np.expm1, and with func=np.log, "
        f"inverse_func=np.exp, not with func={fitted.func!r}, inverse_func={fitted.inverse_func!r}, "
        f"transformer={fitted.transformer!r}",
        path,
    )


def examine_estimator(estimator, may_be_nan: list[bool]) -> None:
    """Refuses an estimator that is not known, or a parameter of it that changes how it predicts.

    `may_be_nan` says for each of its features whether it can be NaN.
    """
    kind, module = type(estimator).__name__, type(estimator).__module__.split(".")[0]
    if module == "sklearn" and kind in _KNOWN:
        _examine_sklearn(estimator, kind, may_be_nan)
    elif module == "lightgbm" and kind in ("LGBMClassifier", "LGBMRegressor"):
        _examine_lightgbm(estimator)
    elif module == "xgboost" and kind in ("XGBClassifier", "XGBRegressor"):
        _examine_xgboost(estimator)
    elif module == "catboost" and kind in ("CatBoostClassifier", "CatBoostRegressor"):
        _examine_catboost(estimator, may_be_nan)
    else:
        known = f"; known are {', '.join(sorted(_KNOWN))}, and those of LightGBM, XGBoost and CatBoost"
        advice = f": {_ADVICE[kind]}" if kind in _ADVICE else known
        raise CannotDeclare(f"{kind_of(estimator)} is not an estimator that can be published exactly{advice}")
    if is_classifier(estimator):
        if isinstance(estimator.classes_, list):
            raise CannotDeclare(f"{kind} predicts {len(estimator.classes_)} targets: publish one model for each")
        if not hasattr(estimator, "predict_proba"):
            raise CannotDeclare(f"{kind} has no predict_proba with these parameters")
        if len(estimator.classes_) < 2:
            raise CannotDeclare(f"{kind} saw one class only, {estimator.classes_[0]!r}, in training")
    elif getattr(estimator, "n_outputs_", 1) != 1 or np.ndim(getattr(estimator, "coef_", ())) > 1:
        raise CannotDeclare(f"{kind} predicts several targets: publish one model for each")


def _examine_sklearn(estimator, kind, may_be_nan):
    if not any(hasattr(estimator, learned) for learned in ("n_features_in_", "coef_", "tree_")):
        raise CannotDeclare(f"{kind} is not fitted")
    examine(estimator, _KNOWN[kind], **_CONDITIONS.get(kind, {}))
    if any(may_be_nan):
        raise CannotDeclare(
            f"{kind} would get null or NaN (features {[i for i, n in enumerate(may_be_nan) if n][:10]}), which its ONNX "
            "form treats otherwise: impute a constant before, declare the fields as not nullable, or a `min` before "
            "a logarithm or a root"
        )


def _examine_lightgbm(estimator):
    objective = getattr(estimator, "objective_", None)
    if objective is None:
        raise CannotDeclare(f"{kind_of(estimator)} is not fitted")
    regression = ("regression", "regression_l1", "l1", "l2", "mae", "mse", "huber", "quantile")
    objectives = ("binary", "multiclass", "softmax") if is_classifier(estimator) else regression
    examine(estimator, _LIGHTGBM, boosting_type=lambda v: v in ("gbdt", "goss"))
    if not isinstance(objective, str) or objective not in objectives:
        raise CannotDeclare(f"{kind_of(estimator)}(objective={objective!r}) has no exact graph; known are {objectives}")
    for tree in estimator.booster_.dump_model()["tree_info"]:
        _require_plain(tree["tree_structure"], kind_of(estimator))


def _require_plain(node, kind):
    """Refuses a tree of LightGBM that splits on categories, or has a linear model in its leaves."""
    pending = [node]
    while pending:
        node = pending.pop()
        if node.get("decision_type", "<=") != "<=":
            raise CannotDeclare(
                f"{kind} splits on categories itself (feature {node['split_feature']}): "
                "encode them with OrdinalEncoder or OneHotEncoder, and pass no categorical_feature"
            )
        if "leaf_coeff" in node:
            raise CannotDeclare(f"{kind}(linear_tree=True) has no exact graph")
        if node.get("missing_type") == "Zero":
            raise CannotDeclare(f"{kind}(zero_as_missing=True) has no exact graph")
        pending += [node[side] for side in ("left_child", "right_child") if side in node]


def _examine_xgboost(estimator):
    objectives = ("binary:logistic", "multi:softprob") if is_classifier(estimator) else ("reg:squarederror",)
    examine(
        estimator,
        _XGBOOST,
        booster=lambda v: v in (None, "gbtree"),
        missing=lambda v: is_null(v),
        enable_categorical=lambda v: True,
        feature_types=lambda v: v is None or all(t in ("q", "float", "int", "i") for t in v),
        multi_strategy=lambda v: v in (None, "one_output_per_tree"),
        num_parallel_tree=lambda v: v in (None, 1),
    )
    if estimator.objective not in objectives:
        refuse(estimator, "objective")
    if not estimator.__sklearn_is_fitted__():
        raise CannotDeclare(f"{kind_of(estimator)} is not fitted")
    if any(t == "c" for t in estimator.get_booster().feature_types or ()):
        raise CannotDeclare(f"{kind_of(estimator)} splits on categories itself: encode them with OrdinalEncoder")


def _examine_catboost(estimator, may_be_nan):
    if not estimator.is_fitted():
        raise CannotDeclare(f"{kind_of(estimator)} is not fitted")
    known = set(_CATBOOST.split())
    for name, value in estimator.get_params().items():
        if name not in known:
            raise CannotDeclare(f"{kind_of(estimator)}({name}={value!r}): this packager does not know the parameter")
    if estimator.get_cat_feature_indices() or estimator.get_text_feature_indices():
        raise CannotDeclare(f"{kind_of(estimator)} takes categories or texts itself: encode them with OrdinalEncoder")
    loss = estimator.get_all_params().get("loss_function")
    losses = ("Logloss", "MultiClass") if is_classifier(estimator) else ("RMSE", "MAE")
    if loss not in losses:
        raise CannotDeclare(f"{kind_of(estimator)}(loss_function={loss!r}) has no exact graph; known are {losses}")
    if any(may_be_nan):
        raise CannotDeclare(
            f"{kind_of(estimator)} would get null or NaN, which its ONNX form treats otherwise: impute before"
        )


def labels_of(estimator, labels) -> tuple[str, ...]:
    """The labels in the order of `classes_`: those that were given, else the classes' own names.

    Raises CannotDeclare where they are too few or too many, or the classes' own names in another order.
    """
    classes = list(estimator.classes_)
    own = tuple(_name(c) for c in classes)
    if isinstance(labels, dict):
        missing = [c for c in classes if c not in labels]
        if missing:
            raise CannotDeclare(f"labels: the class {_name(missing[0])} has none; classes_ are {list(own)}")
        labels = tuple(labels[c] for c in classes)
    if not labels:
        labels = own
    labels = tuple(labels)
    if len(labels) != len(classes):
        raise CannotDeclare(f"labels: {len(labels)} are given for the {len(classes)} classes {list(own)}")
    if len(set(labels)) != len(labels) or not all(isinstance(v, str) for v in labels):
        raise CannotDeclare(f"labels: expected {len(classes)} different texts, not {list(labels)}")
    if labels != own and (isinstance(classes[0], str) or set(labels) & set(own)) and not _renamed(labels, own):
        raise CannotDeclare(
            f"labels: {list(labels)} is not the order of classes_, {list(own)}; leave `labels` out, or map each "
            "class to its name: labels={class: name}"
        )
    return labels


def _renamed(labels, own) -> bool:
    """Whether the labels are other names altogether, so that their order can't be compared."""
    return not {v.lower() for v in labels} & {v.lower() for v in own}


def _name(value) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value)
