"""Flows and the prompt library: a document names prompts by id, a call hears what they hold at that moment."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.ivr.model import PROMPT_FIELDS, Document, FlowPrompt, Node, prompts_of
from chalicelib.prompts import service
from chalicelib.prompts.model import Audio, Prompt
from chalicelib.prompts.storage import address


def prompt_ids(document: Document) -> frozenset[str]:
    """Return the prompts of the library that a document names."""
    return frozenset(
        prompt.prompt_id for node in document.nodes.values() for prompt in prompts_of(node) if prompt.prompt_id
    )


def heard(document: Document) -> Document:
    """Return a document with what its prompts of the library hold now."""
    named = prompt_ids(document)
    return resolved(document, service.heard(named)) if named else document


def heard_prompt(prompt: FlowPrompt) -> FlowPrompt:
    """Return one prompt with what the library holds now (of a survey, which is no document)."""
    return _resolved_prompt(prompt, service.heard([prompt.prompt_id])) if prompt.prompt_id else prompt


def resolved(document: Document, library: Mapping[str, Prompt]) -> Document:
    """Return a document with what `library` holds in the place of references to it. Pure.

    What the library holds in a language goes before the document's own audio and words; a prompt that is not there
    (any more) leaves these.
    """
    nodes = {name: _resolved_node(node, library) for name, node in document.nodes.items()}
    return msgspec.structs.replace(document, nodes=nodes)


def _resolved_node(node: Node, library: Mapping[str, Prompt]) -> Node:
    if not any(prompt.prompt_id for prompt in prompts_of(node)):
        return node
    fields: dict[str, Any] = {
        name: [_resolved_prompt(prompt, library) for prompt in prompts]
        for name in PROMPT_FIELDS
        if (prompts := getattr(node, name, None))
    }
    return msgspec.structs.replace(node, **fields)


def _resolved_prompt(prompt: FlowPrompt, library: Mapping[str, Prompt]) -> FlowPrompt:
    found = library.get(prompt.prompt_id or "")
    if found is None:
        return prompt
    texts, audio = dict(prompt.texts), dict(prompt.audio)
    for locale, content in found.contents.items():
        if isinstance(content, Audio):
            audio[locale] = address(content.key)
        else:
            texts[locale] = content.text
            audio.pop(locale, None)
    return msgspec.structs.replace(prompt, texts=texts, audio=audio)
