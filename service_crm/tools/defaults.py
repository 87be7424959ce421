"""What the context of a call may say about new records."""


def without_defaults(model, names):
    """The model without ``default_…`` of these fields in its context.

    Whoever calls over RPC writes the context too: a fact that may not be given as a
    value may not come as a default either.
    """
    context = {
        key: value
        for key, value in model.env.context.items()
        if not (key.startswith("default_") and key[8:] in names)
    }
    if len(context) == len(model.env.context):
        return model
    return model.with_env(model.env(context=context))
