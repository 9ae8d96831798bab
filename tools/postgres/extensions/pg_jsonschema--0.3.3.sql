-- The keywords that a CHECK constraint is likely to use. Annotations (title, format and so on) assert nothing; any
-- other keyword raises, for a check that silently passes proves nothing.

create function jsonschema_validation_errors(schema json, instance json) returns text[]
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    s constant jsonb := schema;
    i constant jsonb := instance;
    kind constant text := case when jsonb_typeof(i) = 'number' and i::numeric = trunc(i::numeric) then 'integer'
        else jsonb_typeof(i) end;
    errors text[] := '{}';
    keyword text;
    value jsonb;
    entry record;
    matches integer;
begin
    if jsonb_typeof(s) = 'boolean' then
        return case when s::boolean then '{}' else array['False schema does not allow ' || i::text] end;
    end if;
    for keyword, value in select * from jsonb_each(s) loop
        case keyword
        when 'type' then
            if not exists (
                select from jsonb_array_elements_text(
                    case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end) as allowed
                where allowed = kind or allowed = 'number' and kind = 'integer'
            ) then
                errors := errors || format('%s is not of type %s', i, value);
            end if;
        when 'enum' then
            if not exists (select from jsonb_array_elements(value) as allowed where allowed = i) then
                errors := errors || format('%s is not one of %s', i, value);
            end if;
        when 'const' then
            if value <> i then
                errors := errors || format('%s was expected', value);
            end if;
        when 'not' then
            if cardinality(@extschema@.jsonschema_validation_errors(value::json, instance)) = 0 then
                errors := errors || format('%s is not allowed for %s', value, i);
            end if;
        when 'allOf', 'anyOf', 'oneOf' then
            select count(*) into matches from jsonb_array_elements(value) as part
            where cardinality(@extschema@.jsonschema_validation_errors(part::json, instance)) = 0;
            if keyword = 'allOf' and matches < jsonb_array_length(value)
                or keyword = 'anyOf' and matches = 0 or keyword = 'oneOf' and matches <> 1 then
                errors := errors || format('%s does not match %s of %s', i, keyword, value);
            end if;
        when 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf' then
            if kind in ('number', 'integer') and not (case keyword
                when 'minimum' then i::numeric >= value::numeric
                when 'maximum' then i::numeric <= value::numeric
                when 'exclusiveMinimum' then i::numeric > value::numeric
                when 'exclusiveMaximum' then i::numeric < value::numeric
                else i::numeric % value::numeric = 0 end)
            then
                errors := errors || format('%s violates %s %s', i, keyword, value);
            end if;
        when 'minLength', 'maxLength', 'pattern' then
            if kind = 'string' and not (case keyword
                when 'minLength' then length(i #>> '{}') >= value::integer
                when 'maxLength' then length(i #>> '{}') <= value::integer
                else (i #>> '{}') ~ (value #>> '{}') end)
            then
                errors := errors || format('%s violates %s %s', i, keyword, value);
            end if;
        when 'minItems', 'maxItems', 'uniqueItems' then
            if kind = 'array' and not (case keyword
                when 'minItems' then jsonb_array_length(i) >= value::integer
                when 'maxItems' then jsonb_array_length(i) <= value::integer
                else not value::boolean
                    or (select count(*) = count(distinct item) from jsonb_array_elements(i) as item) end)
            then
                errors := errors || format('%s violates %s %s', i, keyword, value);
            end if;
        when 'items' then
            if kind = 'array' then
                for entry in select item from jsonb_array_elements(i) as item loop
                    errors := errors || @extschema@.jsonschema_validation_errors(value::json, entry.item::json);
                end loop;
            end if;
        when 'required' then
            if kind = 'object' then
                errors := errors || array(select format('"%s" is a required property', name)
                    from jsonb_array_elements_text(value) as name where not i ? name);
            end if;
        when 'minProperties', 'maxProperties' then
            select count(*) into matches from jsonb_object_keys(case kind when 'object' then i else '{}' end);
            if kind = 'object' and not (case keyword
                when 'minProperties' then matches >= value::integer else matches <= value::integer end)
            then
                errors := errors || format('%s violates %s %s', i, keyword, value);
            end if;
        when 'properties', 'additionalProperties' then
            if kind = 'object' then
                for entry in select * from jsonb_each(i) loop
                    if keyword = 'properties' and value ? entry.key then
                        errors := errors
                            || @extschema@.jsonschema_validation_errors((value -> entry.key)::json, entry.value::json);
                    elsif keyword = 'additionalProperties' and not coalesce(s -> 'properties', '{}') ? entry.key then
                        errors := errors || @extschema@.jsonschema_validation_errors(value::json, entry.value::json);
                    end if;
                end loop;
            end if;
        when '$schema', '$id', '$comment', 'title', 'description', 'default', 'examples', 'format', 'deprecated',
            'readOnly', 'writeOnly', 'contentEncoding', 'contentMediaType' then
            null;
        else
            raise exception 'the stand-in for pg_jsonschema does not know the keyword "%"', keyword
                using errcode = '0A000';
        end case;
    end loop;
    return errors;
end $$;

create function json_matches_schema(schema json, instance json) returns boolean
language sql immutable strict parallel safe
return cardinality(jsonschema_validation_errors(schema, instance)) = 0;

create function jsonb_matches_schema(schema json, instance jsonb) returns boolean
language sql immutable strict parallel safe
return cardinality(jsonschema_validation_errors(schema, instance::json)) = 0;

create function jsonschema_is_valid(schema json) returns boolean language sql immutable strict parallel safe
return json_typeof(schema) in ('object', 'boolean');
