-- A geometry is its EWKT, as text. What is asked of points is exact; of other shapes their bounding boxes answer.
-- Functions have PostGIS's names, arguments and errors. A GiST index can be made, and no plan uses it.

create type geometry;
create type geography;

create function geometry_in(cstring) returns geometry language internal immutable strict parallel safe as 'textin';
create function geometry_out(geometry) returns cstring language internal immutable strict parallel safe as 'textout';
create function geography_in(cstring) returns geography language internal immutable strict parallel safe as 'textin';
create function geography_out(geography) returns cstring language internal immutable strict parallel safe as 'textout';

-- typmod: SRID * 64 + (Z 1, M 2) * 8 + shape
create function _st_shape(name text) returns integer language sql immutable parallel safe
return array_position(array['geometry', 'point', 'linestring', 'polygon', 'multipoint', 'multilinestring',
                            'multipolygon', 'geometrycollection'], regexp_replace(lower(name), '(z|m|zm)$', '')) - 1;
create function _st_shape(modifier integer) returns text language sql immutable parallel safe
return (array['Geometry', 'Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon',
              'GeometryCollection'])[modifier % 8 + 1];
create function _st_typmod(given cstring[], srid integer) returns integer language plpgsql immutable as $$
declare
    said text := btrim(given[1]::text);
    shape integer := @extschema@._st_shape(said);
begin
    if cardinality(given) = 1 and said ~ '^\d+$' then
        return said::integer;
    end if;
    if shape is null then
        raise exception 'Invalid geometry type modifier: %', said using errcode = '22023';
    end if;
    if cardinality(given) > 1 then
        srid := given[2]::text::integer;
    end if;
    return srid * 64 + (case when said ~* 'zm$' then 3 when said ~* '[^n]m$' then 2 when said ~* 'z$' then 1 else 0 end) * 8
           + shape;
end $$;
create function geometry_typmod_in(cstring[]) returns integer language plpgsql immutable strict parallel safe
as $$ begin return @extschema@._st_typmod($1, 0); end $$;
create function geography_typmod_in(cstring[]) returns integer language plpgsql immutable strict parallel safe
as $$ begin return @extschema@._st_typmod($1, 4326); end $$;

create type geometry (input = geometry_in, output = geometry_out, typmod_in = geometry_typmod_in, storage = main,
                      alignment = int4, internallength = variable, delimiter = ':');
create type geography (input = geography_in, output = geography_out, typmod_in = geography_typmod_in, storage = main,
                       alignment = int4, internallength = variable, delimiter = ':');
create domain box2d as text;
create domain box3d as text;
create type geometry_dump as (path integer[], geom geometry);

create function _st_text(geometry) returns text language sql immutable strict parallel safe
return textin(geometry_out($1));
create function _st_text(geography) returns text language sql immutable strict parallel safe
return textin(geography_out($1));
create function _st_geometry(text) returns geometry language sql immutable strict parallel safe
return geometry_in(textout($1));
create function _st_geography(text) returns geography language sql immutable strict parallel safe
return geography_in(textout($1));

-- The text's shape, which has to be one, and its SRID.
create function _st_parsed(said text) returns text[] language plpgsql immutable strict parallel safe as $$
declare
    part text[] := regexp_match(said,
        '^\s*(?:SRID=(\d+);)?\s*(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION)'
        '\s*(?:Z|M|ZM)?\s*(\(.*\)|EMPTY)\s*$', 'i');
begin
    if part is null then
        raise exception 'parse error - invalid geometry' using errcode = 'XX000', hint = left(said, 80);
    end if;
    return array[coalesce(part[1], '0'), lower(part[2]), part[3]];
end $$;
create function _st_points(said text) returns point[] language sql immutable strict parallel safe
return (select coalesce(array_agg(point(found[1]::float8, found[2]::float8)), '{}')
        from regexp_matches((_st_parsed(said))[3], '(-?[0-9.]+(?:[eE][-+]?\d+)?)\s+(-?[0-9.]+(?:[eE][-+]?\d+)?)', 'g') found);
create function _st_box(said text) returns box language sql immutable strict parallel safe
return (select box(point(max(p[0]), max(p[1])), point(min(p[0]), min(p[1]))) from unnest(_st_points(said)) p);
create function _st_with_srid(said text, srid integer) returns text language sql immutable strict parallel safe
return case when srid > 0 then 'SRID=' || srid || ';' else '' end || regexp_replace(said, '^\s*SRID=\d+;\s*', '', 'i');
create function _st_meters(a point, b point) returns float8 language sql immutable strict parallel safe
return 2 * 6371008.8 * asin(least(1, sqrt(
    power(sind((b[1] - a[1]) / 2), 2) + cosd(a[1]) * cosd(b[1]) * power(sind((b[0] - a[0]) / 2), 2))));
-- The two points at which two boxes are nearest to each other.
create function _st_nearest(a box, b box) returns point[] language sql immutable strict parallel safe
return (select array[point(case when (a[0])[0] < (b[1])[0] then (a[0])[0] when (a[1])[0] > (b[0])[0] then (a[1])[0] else x end,
                           case when (a[0])[1] < (b[1])[1] then (a[0])[1] when (a[1])[1] > (b[0])[1] then (a[1])[1] else y end),
                     point(case when (a[0])[0] < (b[1])[0] then (b[1])[0] when (a[1])[0] > (b[0])[0] then (b[0])[0] else x end,
                           case when (a[0])[1] < (b[1])[1] then (b[1])[1] when (a[1])[1] > (b[0])[1] then (b[0])[1] else y end)]
        from (select greatest((a[1])[0], (b[1])[0]) x, greatest((a[1])[1], (b[1])[1]) y) middle);
create function _st_same_srid(a geometry, b geometry) returns boolean language plpgsql immutable strict parallel safe as $$
begin
    if (@extschema@._st_parsed(@extschema@._st_text(a)))[1] <> (@extschema@._st_parsed(@extschema@._st_text(b)))[1] then
        raise exception 'Operation on mixed SRID geometries (%, %) != (%, %)', (@extschema@._st_parsed(@extschema@._st_text(a)))[2],
            (@extschema@._st_parsed(@extschema@._st_text(a)))[1], (@extschema@._st_parsed(@extschema@._st_text(b)))[2], (@extschema@._st_parsed(@extschema@._st_text(b)))[1] using errcode = 'XX000';
    end if;
    return true;
end $$;

-- What a column's modifier asks for.
create function _st_fits(said text, modifier integer) returns text language plpgsql immutable strict parallel safe as $$
declare
    part text[] := @extschema@._st_parsed(said);
begin
    if modifier % 8 > 0 and part[2] <> lower(@extschema@._st_shape(modifier)) then
        raise exception 'Geometry type (%) does not match column type (%)', initcap(part[2]), @extschema@._st_shape(modifier)
            using errcode = '22023';
    end if;
    if modifier / 64 > 0 and part[1] <> (modifier / 64)::text then
        raise exception 'Geometry SRID (%) does not match column SRID (%)', part[1], modifier / 64 using errcode = '22023';
    end if;
    return said;
end $$;
create function geometry(geometry, integer, boolean) returns geometry language plpgsql immutable strict parallel safe
as $$ begin return @extschema@._st_geometry(@extschema@._st_fits(@extschema@._st_text($1), $2)); end $$;
create function geography(geography, integer, boolean) returns geography language plpgsql immutable strict parallel safe
as $$ begin
    return @extschema@._st_geography(@extschema@._st_fits(
        case when (@extschema@._st_parsed(@extschema@._st_text($1)))[1] = '0' then @extschema@._st_with_srid(@extschema@._st_text($1), 4326) else @extschema@._st_text($1) end, $2));
end $$;
create cast (geometry as geometry) with function geometry(geometry, integer, boolean) as implicit;
create cast (geography as geography) with function geography(geography, integer, boolean) as implicit;

create function geometry(text) returns geometry language sql immutable strict parallel safe
return case when _st_parsed($1) is not null then _st_geometry($1) end;
create function text(geometry) returns text language sql immutable strict parallel safe return _st_text($1);
create function geography(geometry) returns geography language sql immutable strict parallel safe
return _st_geography(case when (_st_parsed(_st_text($1)))[1] = '0' then _st_with_srid(_st_text($1), 4326)
                          else _st_text($1) end);
create function geometry(geography) returns geometry language sql immutable strict parallel safe
return _st_geometry(_st_text($1));
create function geometry(point) returns geometry language sql immutable strict parallel safe
return _st_geometry(format('POINT(%s %s)', $1[0], $1[1]));
create function point(geometry) returns point language sql immutable strict parallel safe
return (_st_points(_st_text($1)))[1];
create cast (text as geometry) with function geometry(text) as implicit;
create cast (geometry as text) with function text(geometry) as implicit;
create cast (geometry as geography) with function geography(geometry) as implicit;
create cast (geography as geometry) with function geometry(geography);
create cast (point as geometry) with function geometry(point);
create cast (geometry as point) with function point(geometry);

-- Making
create function st_makepoint(float8, float8) returns geometry language sql immutable strict parallel safe
return _st_geometry(format('POINT(%s %s)', $1, $2));
create function st_makepoint(float8, float8, float8) returns geometry language sql immutable strict parallel safe
return _st_geometry(format('POINT Z (%s %s %s)', $1, $2, $3));
create function st_point(float8, float8) returns geometry language sql immutable strict parallel safe
return st_makepoint($1, $2);
create function st_point(float8, float8, srid integer) returns geometry language sql immutable strict parallel safe
return _st_geometry(_st_with_srid(_st_text(st_makepoint($1, $2)), srid));
create function st_geomfromtext(text) returns geometry language sql immutable strict parallel safe return geometry($1);
create function st_geomfromtext(text, integer) returns geometry language sql immutable strict parallel safe
return geometry(_st_with_srid($1, $2));
create function st_geometryfromtext(text) returns geometry language sql immutable strict parallel safe return geometry($1);
create function st_geomfromewkt(text) returns geometry language sql immutable strict parallel safe return geometry($1);
create function st_pointfromtext(text, integer default 0) returns geometry language sql immutable strict parallel safe
return geometry(_st_with_srid($1, $2));
create function st_geogfromtext(text) returns geography language sql immutable strict parallel safe
return geography(geometry($1));
create function st_geographyfromtext(text) returns geography language sql immutable strict parallel safe
return geography(geometry($1));
create function _st_from_json(value jsonb) returns text language sql immutable strict parallel safe
return upper(value ->> 'type') || replace(replace(replace(regexp_replace(regexp_replace(regexp_replace(
    value ->> 'coordinates', '\s', '', 'g'), '\[(-?[0-9.eE+-]+),(-?[0-9.eE+-]+)(?:,-?[0-9.eE+-]+)?\]', '\1 \2', 'g'),
    '^([^\[]*)$', '[\1]'), '[', '('), ']', ')'), ',', ', ');
create function st_geomfromgeojson(text) returns geometry language sql immutable strict parallel safe
return geometry('SRID=4326;' || _st_from_json($1::jsonb));
create function st_geomfromgeojson(jsonb) returns geometry language sql immutable strict parallel safe
return geometry('SRID=4326;' || _st_from_json($1));
create function st_makeenvelope(float8, float8, float8, float8, integer default 0) returns geometry
language sql immutable strict parallel safe
return _st_geometry(_st_with_srid(format('POLYGON((%1$s %2$s, %1$s %4$s, %3$s %4$s, %3$s %2$s, %1$s %2$s))',
                                         $1, $2, $3, $4), $5));
create function _st_of_box(area box, srid integer) returns geometry language sql immutable strict parallel safe
return st_makeenvelope((area[1])[0], (area[1])[1], (area[0])[0], (area[0])[1], srid);
create function st_makeline(geometry, geometry) returns geometry language sql immutable strict parallel safe
return _st_geometry(_st_with_srid(format('LINESTRING(%s)', (
    select string_agg(p[0] || ' ' || p[1], ', ') from unnest(_st_points(_st_text($1)) || _st_points(_st_text($2))) p)),
    (_st_parsed(_st_text($1)))[1]::integer));
create function st_makepolygon(geometry) returns geometry language sql immutable strict parallel safe
return _st_geometry(regexp_replace(_st_text($1), 'LINESTRING\s*(\(.*\))', 'POLYGON(\1)', 'i'));

-- Asking
create function st_srid(geometry) returns integer language sql immutable strict parallel safe
return (_st_parsed(_st_text($1)))[1]::integer;
create function st_srid(geography) returns integer language sql immutable strict parallel safe
return st_srid(geometry($1));
create function st_setsrid(geometry, integer) returns geometry language sql immutable strict parallel safe
return _st_geometry(_st_with_srid(_st_text($1), $2));
create function st_setsrid(geography, integer) returns geography language sql immutable strict parallel safe
return _st_geography(_st_with_srid(_st_text($1), $2));
create function st_transform(geometry, integer) returns geometry language sql immutable strict parallel safe
return st_setsrid($1, $2);
create function st_x(geometry) returns float8 language sql immutable strict parallel safe
return ((_st_points(_st_text($1)))[1])[0];
create function st_y(geometry) returns float8 language sql immutable strict parallel safe
return ((_st_points(_st_text($1)))[1])[1];
create function st_xmin(geometry) returns float8 language sql immutable strict parallel safe
return ((_st_box(_st_text($1)))[1])[0];
create function st_ymin(geometry) returns float8 language sql immutable strict parallel safe
return ((_st_box(_st_text($1)))[1])[1];
create function st_xmax(geometry) returns float8 language sql immutable strict parallel safe
return ((_st_box(_st_text($1)))[0])[0];
create function st_ymax(geometry) returns float8 language sql immutable strict parallel safe
return ((_st_box(_st_text($1)))[0])[1];
create function geometrytype(geometry) returns text language sql immutable strict parallel safe
return upper((_st_parsed(_st_text($1)))[2]);
create function st_geometrytype(geometry) returns text language sql immutable strict parallel safe
return 'ST_' || _st_shape(_st_shape((_st_parsed(_st_text($1)))[2]));
create function st_isvalid(geometry) returns boolean language sql immutable strict parallel safe
return _st_parsed(_st_text($1)) is not null;
create function st_isempty(geometry) returns boolean language sql immutable strict parallel safe
return cardinality(_st_points(_st_text($1))) = 0;
create function st_npoints(geometry) returns integer language sql immutable strict parallel safe
return cardinality(_st_points(_st_text($1)));
create function st_numpoints(geometry) returns integer language sql immutable strict parallel safe
return cardinality(_st_points(_st_text($1)));
create function st_astext(geometry) returns text language sql immutable strict parallel safe
return _st_with_srid(_st_text($1), 0);
create function st_astext(geography) returns text language sql immutable strict parallel safe
return _st_with_srid(_st_text($1), 0);
create function st_asewkt(geometry) returns text language sql immutable strict parallel safe return _st_text($1);
create function st_asewkt(geography) returns text language sql immutable strict parallel safe return _st_text($1);
create function st_asgeojson(geometry, maxdecimaldigits integer default 9, options integer default 8) returns text
language sql immutable strict parallel safe
return format('{"type":"%s","coordinates":%s}', _st_shape(_st_shape((_st_parsed(_st_text($1)))[2])), regexp_replace(
    translate(regexp_replace((_st_parsed(_st_text($1)))[3], '(-?[0-9.]+) (-?[0-9.]+)', '[\1,\2]', 'g'), '() ', '[]'),
    case when geometrytype($1) = 'POINT' then '^\[(.*)\]$' else '$^' end, '\1'));
create function st_asgeojson(geography, maxdecimaldigits integer default 9, options integer default 0) returns text
language sql immutable strict parallel safe return st_asgeojson(geometry($1));
create function st_distance(geometry, geometry) returns float8 language sql immutable strict parallel safe
return case when _st_same_srid($1, $2) then (
    select near[1] <-> near[2] from _st_nearest(_st_box(_st_text($1)), _st_box(_st_text($2))) near) end;
create function st_distance(geography, geography, use_spheroid boolean default true) returns float8
language sql immutable strict parallel safe
return (select _st_meters(near[1], near[2]) from _st_nearest(_st_box(_st_text($1)), _st_box(_st_text($2))) near);
create function st_distancesphere(geometry, geometry) returns float8 language sql immutable strict parallel safe
return st_distance(geography($1), geography($2));
create function st_distancespheroid(geometry, geometry) returns float8 language sql immutable strict parallel safe
return st_distance(geography($1), geography($2));
create function st_dwithin(geometry, geometry, float8) returns boolean language sql immutable strict parallel safe
return st_distance($1, $2) <= $3;
create function st_dwithin(geography, geography, float8, use_spheroid boolean default true) returns boolean
language sql immutable strict parallel safe return st_distance($1, $2) <= $3;
create function st_area(geometry) returns float8 language sql immutable strict parallel safe
return case when geometrytype($1) like '%POLYGON' then area(_st_box(_st_text($1))) else 0 end;
create function st_area(geography, use_spheroid boolean default true) returns float8
language sql immutable strict parallel safe
return case when geometrytype(geometry($1)) like '%POLYGON' then (
    select _st_meters(b[1], point((b[0])[0], (b[1])[1])) * _st_meters(b[1], point((b[1])[0], (b[0])[1]))
    from _st_box(_st_text($1)) b) else 0 end;
create function st_length(geometry) returns float8 language sql immutable strict parallel safe
return (select coalesce(sum(p <-> q), 0) from (
    select p, lag(p) over (order by n) q from unnest(_st_points(_st_text($1))) with ordinality u(p, n)) s);
create function st_length(geography, use_spheroid boolean default true) returns float8
language sql immutable strict parallel safe
return (select coalesce(sum(_st_meters(p, q)), 0) from (
    select p, lag(p) over (order by n) q from unnest(_st_points(_st_text($1))) with ordinality u(p, n)) s);
create function st_centroid(geometry) returns geometry language sql immutable strict parallel safe
return (select st_point(c[0], c[1], st_srid($1)) from center(_st_box(_st_text($1))) c);
create function st_pointonsurface(geometry) returns geometry language sql immutable strict parallel safe
return st_centroid($1);
create function st_envelope(geometry) returns geometry language sql immutable strict parallel safe
return _st_of_box(_st_box(_st_text($1)), st_srid($1));
create function st_expand(geometry, float8) returns geometry language sql immutable strict parallel safe
return st_makeenvelope(st_xmin($1) - $2, st_ymin($1) - $2, st_xmax($1) + $2, st_ymax($1) + $2, st_srid($1));
create function st_buffer(geometry, float8) returns geometry language sql immutable strict parallel safe
return st_expand($1, $2);
create function st_buffer(geography, float8) returns geography language sql immutable strict parallel safe
return geography(st_expand(geometry($1), $2 / 111195));
create function st_simplify(geometry, float8) returns geometry language sql immutable strict parallel safe return $1;
create function st_makevalid(geometry) returns geometry language sql immutable strict parallel safe return $1;
create function st_multi(geometry) returns geometry language sql immutable strict parallel safe
return _st_geometry(regexp_replace(_st_text($1), '(^|;)\s*(POINT|LINESTRING|POLYGON)\s*(\(.*\))', '\1MULTI\2(\3)', 'i'));
create function st_azimuth(geometry, geometry) returns float8 language sql immutable strict parallel safe
return mod((atan2(st_x($2) - st_x($1), st_y($2) - st_y($1)) + 2 * pi())::numeric, (2 * pi())::numeric)::float8;
create function st_intersects(geometry, geometry) returns boolean language sql immutable strict parallel safe
return case when _st_same_srid($1, $2) then _st_box(_st_text($1)) && _st_box(_st_text($2)) end;
create function st_intersects(geography, geography) returns boolean language sql immutable strict parallel safe
return _st_box(_st_text($1)) && _st_box(_st_text($2));
create function st_contains(geometry, geometry) returns boolean language sql immutable strict parallel safe
return case when _st_same_srid($1, $2) then _st_box(_st_text($1)) @> _st_box(_st_text($2)) end;
create function st_within(geometry, geometry) returns boolean language sql immutable strict parallel safe
return st_contains($2, $1);
create function st_covers(geometry, geometry) returns boolean language sql immutable strict parallel safe
return st_contains($1, $2);
create function st_covers(geography, geography) returns boolean language sql immutable strict parallel safe
return _st_box(_st_text($1)) @> _st_box(_st_text($2));
create function st_coveredby(geometry, geometry) returns boolean language sql immutable strict parallel safe
return st_contains($2, $1);
create function st_disjoint(geometry, geometry) returns boolean language sql immutable strict parallel safe
return not st_intersects($1, $2);
create function st_overlaps(geometry, geometry) returns boolean language sql immutable strict parallel safe
return st_intersects($1, $2) and not st_contains($1, $2) and not st_contains($2, $1);
create function st_equals(geometry, geometry) returns boolean language sql immutable strict parallel safe
return _st_points(_st_text($1)) = _st_points(_st_text($2));
create function _st_collected(geometry, geometry) returns geometry language sql immutable parallel safe
return case when $1 is null then $2 when $2 is null then $1
            else _st_of_box(bound_box(_st_box(_st_text($1)), _st_box(_st_text($2))), st_srid($1)) end;
create function st_union(geometry, geometry) returns geometry language sql immutable strict parallel safe
return _st_collected($1, $2);
create function st_intersection(geometry, geometry) returns geometry language sql immutable strict parallel safe
return _st_of_box(_st_box(_st_text($1)) # _st_box(_st_text($2)), st_srid($1));
create aggregate st_union(geometry) (sfunc = _st_collected, stype = geometry, parallel = safe);
create aggregate st_collect(geometry) (sfunc = _st_collected, stype = geometry, parallel = safe);
create aggregate st_extent(geometry) (sfunc = _st_collected, stype = geometry, parallel = safe);

create function postgis_version() returns text language sql immutable parallel safe return '3.5 (a stand-in)';
create function postgis_full_version() returns text language sql immutable parallel safe
return 'POSTGIS="3.5.3" (a stand-in)';

-- Operators
create function _st_overlap(geography, geography) returns boolean language sql immutable strict parallel safe
return st_intersects($1, $2);
create function _st_overlap(geometry, geometry) returns boolean language sql immutable strict parallel safe
return _st_box(_st_text($1)) && _st_box(_st_text($2));
create function _st_holds(geometry, geometry) returns boolean language sql immutable strict parallel safe
return _st_box(_st_text($1)) @> _st_box(_st_text($2));
create function _st_is_held(geometry, geometry) returns boolean language sql immutable strict parallel safe
return _st_box(_st_text($1)) <@ _st_box(_st_text($2));
create operator && (leftarg = geometry, rightarg = geometry, function = _st_overlap, commutator = &&,
                    restrict = contsel, join = contjoinsel);
create operator && (leftarg = geography, rightarg = geography, function = _st_overlap, commutator = &&,
                    restrict = contsel, join = contjoinsel);
create operator ~ (leftarg = geometry, rightarg = geometry, function = _st_holds, restrict = contsel, join = contjoinsel);
create operator @ (leftarg = geometry, rightarg = geometry, function = _st_is_held, restrict = contsel, join = contjoinsel);
create function _st_apart(geometry, geometry) returns float8 language sql immutable strict parallel safe
return st_distance($1, $2);
create function _st_apart(geography, geography) returns float8 language sql immutable strict parallel safe
return st_distance($1, $2);
create operator <-> (leftarg = geometry, rightarg = geometry, function = _st_apart, commutator = <->);
create operator <-> (leftarg = geography, rightarg = geography, function = _st_apart, commutator = <->);

-- Order and equality, for btree and hash
do $$
declare
    kind text;
    op record;
begin
    foreach kind in array array['geometry', 'geography'] loop
        execute format('create function %1$s_cmp(%1$s, %1$s) returns integer language internal immutable strict parallel '
                       'safe as ''byteacmp''', kind);
        execute format('create function _%1$s_hash(%1$s) returns integer language internal immutable strict parallel '
                       'safe as ''hashvarlena''', kind);
        for op in values ('<', 'lt', 'bytealt', '>', '>=', 'scalarltsel', 'scalarltjoinsel'),
                         ('<=', 'le', 'byteale', '>=', '>', 'scalarlesel', 'scalarlejoinsel'),
                         ('=', 'eq', 'byteaeq', '=', '', 'eqsel', 'eqjoinsel'),
                         ('>=', 'ge', 'byteage', '<=', '<', 'scalargesel', 'scalargejoinsel'),
                         ('>', 'gt', 'byteagt', '<', '<=', 'scalargtsel', 'scalargtjoinsel') loop
            execute format('create function %1$s_%2$s(%1$s, %1$s) returns boolean language internal immutable strict '
                           'parallel safe as %3$L', kind, op.column2, op.column3);
            execute format('create operator %2$s (leftarg = %1$s, rightarg = %1$s, function = %1$s_%3$s, '
                           'commutator = %4$s, restrict = %5$s, join = %6$s%7$s)',
                           kind, op.column1, op.column2, op.column4, op.column6, op.column7,
                           case when op.column1 = '=' then ', hashes, merges' else '' end);
        end loop;
        execute format('create operator class btree_%1$s_ops default for type %1$s using btree as operator 1 <, '
                       'operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 %1$s_cmp(%1$s, %1$s)', kind);
        execute format('create operator class hash_%1$s_ops default for type %1$s using hash as operator 1 =, '
                       'function 1 _%1$s_hash(%1$s)', kind);
        execute format($gist$
            create function _%1$s_consistent(internal, %1$s, smallint, oid, internal) returns boolean language c
                immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_consistent';
            create function _%1$s_union(internal, internal) returns internal language c
                immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_union';
            create function _%1$s_compress(internal) returns internal language c
                immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_compress';
            create function _%1$s_penalty(internal, internal, internal) returns internal language c
                immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_penalty';
            create function _%1$s_picksplit(internal, internal) returns internal language c
                immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_picksplit';
            create function _%1$s_same(internal, internal, internal) returns internal language c
                immutable strict parallel safe as '$libdir/btree_gist', 'gbt_bytea_same';
            create function _%1$s_decompress(internal) returns internal language c
                immutable strict parallel safe as '$libdir/btree_gist', 'gbt_var_decompress';
        $gist$, kind);
    end loop;
    for op in values ('gist_geometry_ops_2d', 'geometry', 'default'), ('gist_geometry_ops_nd', 'geometry', ''),
                     ('gist_geography_ops', 'geography', 'default') loop
        execute format('create operator class %1$s %3$s for type %2$s using gist as '
                       'function 1 _%2$s_consistent(internal, %2$s, smallint, oid, internal), '
                       'function 2 _%2$s_union(internal, internal), function 3 _%2$s_compress(internal), '
                       'function 4 _%2$s_decompress(internal), function 5 _%2$s_penalty(internal, internal, internal), '
                       'function 6 _%2$s_picksplit(internal, internal), '
                       'function 7 _%2$s_same(internal, internal, internal), storage bytea',
                       op.column1, op.column2, op.column3);
    end loop;
end $$;

create table spatial_ref_sys (
    srid integer primary key check (srid > 0 and srid <= 998999),
    auth_name varchar(256),
    auth_srid integer,
    srtext varchar(2048),
    proj4text varchar(2048)
);
insert into spatial_ref_sys values
    (4326, 'EPSG', 4326, 'GEOGCS["WGS 84"]', '+proj=longlat +datum=WGS84 +no_defs'),
    (3857, 'EPSG', 3857, 'PROJCS["WGS 84 / Pseudo-Mercator"]', '+proj=merc +a=6378137 +b=6378137 +units=m +no_defs');
create view geometry_columns as
select current_database()::varchar(256) as f_table_catalog, n.nspname as f_table_schema, c.relname as f_table_name,
       a.attname as f_geometry_column, 2 as coord_dimension, greatest(a.atttypmod, 0) / 64 as srid,
       upper(_st_shape(greatest(a.atttypmod, 0)))::varchar(30) as type
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where a.atttypid = 'geometry'::regtype and c.relkind in ('r', 'v', 'm', 'f', 'p') and not a.attisdropped;
create view geography_columns as
select current_database()::varchar(256) as f_table_catalog, n.nspname as f_table_schema, c.relname as f_table_name,
       a.attname as f_geography_column, 2 as coord_dimension, greatest(a.atttypmod, 0) / 64 as srid,
       upper(_st_shape(greatest(a.atttypmod, 0)))::text as type
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where a.atttypid = 'geography'::regtype and c.relkind in ('r', 'v', 'm', 'f', 'p') and not a.attisdropped;
grant select on spatial_ref_sys, geometry_columns, geography_columns to public;
