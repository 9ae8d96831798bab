"""What a call may ask for, and the schemas that tell a model so."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from tools.project import MAX_BYTES


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class File(_Input):
    """A migration: its text, or a file of the project."""

    sql: str | None = Field(None, min_length=1, max_length=MAX_BYTES, description="The migration's whole text.")
    name: str | None = Field(
        None,
        pattern=r"^[^/\\]+\.sql$",
        max_length=200,
        description="With sql: the name the file will have, YYYYMMDDHHMMSS_snake_case.sql. Left out, one that fits.",
    )
    path: str | None = Field(
        None,
        min_length=1,
        max_length=1_000,
        description="Instead of sql: a file in the project, as a path from its root or a file name. One that is "
        "already in supabase/migrations is judged in the state before it.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> "File":
        if (self.sql is None) == (self.path is None):
            raise ValueError("give either sql or path")
        if self.path is not None and self.name is not None:
            raise ValueError("name goes with sql; a path has its own")
        return self


class CheckMigration(_Input):
    files: list[File] = Field(
        min_length=1,
        max_length=8,
        description="Usually one. Several are one change, in this order, each judged on top of those before it.",
    )


class DescribeSchema(_Input):
    names: list[Annotated[str, StringConstraints(min_length=1, max_length=200)]] = Field(
        [],
        max_length=12,
        description="Tables, views, functions or types to show in full; 'public.' may be left out.",
    )
    search: str | None = Field(
        None, min_length=2, max_length=200, description="Words that a name, column or comment may contain."
    )


class DraftMigration(_Input):
    request: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)] = Field(
        max_length=20_000,
        description="What the migration should do, in plain English: tables, columns and their bounds, whose rows "
        "they are, who may do what.",
    )
    run: str | None = Field(
        None, max_length=100, description="Only to answer what an earlier draft_migration asked: the run it named."
    )
    write: bool = Field(
        False,
        description="Also write the files to supabase/migrations and refresh docs/DATABASE_SCHEMA.md, if it passes.",
    )


class ExplainRule(_Input):
    rule: str = Field(
        min_length=1,
        max_length=100,
        description="A rule as reports name it, e.g. rls/leak-read, or a check for all of its rules, e.g. rls.",
    )


class _Untitled(GenerateJsonSchema):
    """Titles only say the names again."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema(model: type[BaseModel], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The model's JSON schema, an object at its root even where the model holds itself."""
    made = model.model_json_schema(schema_generator=_Untitled, mode=mode)
    if "$ref" in made:
        made |= made["$defs"][made.pop("$ref").rsplit("/", 1)[-1]]
    return {key: value for key, value in made.items() if key not in ("title", "description")}


def misfit(tool: str, error: ValidationError) -> str:
    """Why an input does not fit, in a sentence."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    said = [f"{'.'.join(map(str, e['loc'])) or 'input'}: {e['msg'].removeprefix('Value error, ')}" for e in found[:4]]
    return f"The input of {tool} does not fit: {'; '.join(said)}."
