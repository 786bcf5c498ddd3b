"""First tables.

Revision: 20261121_first_tables, after nothing
Date: 2026-11-21 22:11:18.684877
"""

import sqlalchemy as sa
from alembic import op

revision = "20261121_first_tables"
down_revision = None
branch_labels = None
depends_on = None

# Text in byte order on both databases.
KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
LONG = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "agreement",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "friendship_city",
                "sister_city",
                "friendly_relations",
                "memorandum",
                "other",
                name="agreement_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("kind_label", LONG, nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "negotiating",
                "announced",
                "signed",
                "established",
                "ended",
                name="agreement_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("status_note", LONG, nullable=True),
        sa.Column("signed_edtf", KEY, nullable=True),
        sa.Column("signed_start", KEY, nullable=True),
        sa.Column("signed_end", KEY, nullable=True),
        sa.Column(
            "signed_basis",
            sa.Enum(
                "stated", "mixed", "inferred", name="signed_basis", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("signed_printed", LONG, nullable=True),
        sa.Column("signed_note", LONG, nullable=True),
        sa.Column("negotiation_started_edtf", KEY, nullable=True),
        sa.Column("negotiation_started_start", KEY, nullable=True),
        sa.Column("negotiation_started_end", KEY, nullable=True),
        sa.Column(
            "negotiation_started_basis",
            sa.Enum(
                "stated",
                "mixed",
                "inferred",
                name="negotiation_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("negotiation_started_printed", LONG, nullable=True),
        sa.Column("negotiation_started_note", LONG, nullable=True),
        sa.Column("aim", LONG, nullable=True),
        sa.CheckConstraint(
            "(negotiation_started_edtf IS NULL OR (negotiation_started_start LIKE '____-__-__' AND negotiation_started_end LIKE '____-__-__')) AND (negotiation_started_edtf IS NULL OR negotiation_started_start <= negotiation_started_end)",
            name=op.f("ck_agreement_negotiation_started_bounds"),
        ),
        sa.CheckConstraint(
            "(signed_edtf IS NULL OR (signed_start LIKE '____-__-__' AND signed_end LIKE '____-__-__')) AND (signed_edtf IS NULL OR signed_start <= signed_end)",
            name=op.f("ck_agreement_signed_bounds"),
        ),
        sa.CheckConstraint(
            "(negotiation_started_start IS NOT NULL) = (negotiation_started_edtf IS NOT NULL) AND (negotiation_started_end IS NOT NULL) = (negotiation_started_edtf IS NOT NULL) AND (negotiation_started_basis IS NOT NULL) = (negotiation_started_edtf IS NOT NULL) AND (negotiation_started_printed IS NULL OR negotiation_started_edtf IS NOT NULL) AND (negotiation_started_note IS NULL OR negotiation_started_edtf IS NOT NULL)",
            name=op.f("ck_agreement_negotiation_started_whole"),
        ),
        sa.CheckConstraint(
            "(signed_start IS NOT NULL) = (signed_edtf IS NOT NULL) AND (signed_end IS NOT NULL) = (signed_edtf IS NOT NULL) AND (signed_basis IS NOT NULL) = (signed_edtf IS NOT NULL) AND (signed_printed IS NULL OR signed_edtf IS NOT NULL) AND (signed_note IS NULL OR signed_edtf IS NOT NULL)",
            name=op.f("ck_agreement_signed_whole"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agreement_kind", ["kind", sa.literal_column("coalesce(signed_start, '') DESC"), "number"], unique=False
        )
        batch_op.create_index(
            "ix_agreement_signed_basis",
            ["signed_basis", sa.literal_column("coalesce(signed_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index("ix_agreement_signed_end", ["signed_end", "number"], unique=False)
        batch_op.create_index(
            "ix_agreement_signed_start_asc", [sa.literal_column("coalesce(signed_start, '~')"), "number"], unique=False
        )
        batch_op.create_index(
            "ix_agreement_signed_start_desc",
            [sa.literal_column("coalesce(signed_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_agreement_status",
            ["status", sa.literal_column("coalesce(signed_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index("uq_agreement_id", ["id"], unique=True)

    op.create_table(
        "indicator",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", LONG, nullable=False),
        sa.Column("description", LONG, nullable=False),
        sa.Column(
            "unit",
            sa.Enum(
                "USD",
                "percent",
                "ratio",
                "count",
                "persons",
                "rank",
                name="unit",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "measure",
            sa.Enum(
                "amount",
                "rate",
                "ratio",
                "count",
                "rank",
                name="measure",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "aggregation",
            sa.Enum("stock", "flow", "none", name="aggregation", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum("in", "out", "none", name="direction", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("sort_name", KEY, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_indicator")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index("ix_indicator_sort_name", ["sort_name", "number"], unique=False)
        batch_op.create_index("uq_indicator_id", ["id"], unique=True)

    op.create_table(
        "place",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "city", "province", "country", name="place_kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("country_code", KEY, nullable=False),
        sa.Column("iso_3166_2", KEY, nullable=True),
        sa.Column("admin1", KEY, nullable=True),
        sa.Column("lat", sa.Float(precision=53), nullable=True),
        sa.Column("lon", sa.Float(precision=53), nullable=True),
        sa.Column("geonames_id", sa.Integer(), nullable=True),
        sa.Column("wikidata_id", KEY, nullable=True),
        sa.Column("sort_name", KEY, nullable=False),
        sa.CheckConstraint("(kind = 'country') = (id = lower(country_code))", name=op.f("ck_place_country_id")),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_place_location_whole")),
        sa.CheckConstraint(
            "lat IS NULL OR (lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)",
            name=op.f("ck_place_location_bounds"),
        ),
        sa.CheckConstraint(
            "length(country_code) = 2 AND country_code = upper(country_code)", name=op.f("ck_place_country_code_form")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_place")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index("ix_place_country_code", ["country_code", "sort_name", "number"], unique=False)
        batch_op.create_index("ix_place_country_code_number", ["country_code", "number"], unique=False)
        batch_op.create_index("ix_place_kind", ["kind", "sort_name", "number"], unique=False)
        batch_op.create_index("ix_place_sort_name", ["sort_name", "number"], unique=False)
        batch_op.create_index("uq_place_id", ["id"], unique=True)
        batch_op.create_index("uq_place_id_country_code", ["id", "country_code"], unique=True)

    op.create_table(
        "release",
        sa.Column("version", KEY, nullable=False),
        sa.Column("loaded_at", KEY, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_release")),
    )
    op.create_table(
        "rendition",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("body", LONG, nullable=False),
        sa.Column("evidence", LONG, nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rendition")),
    )
    op.create_table(
        "source",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("title", LONG, nullable=False),
        sa.Column("publisher", LONG, nullable=False),
        sa.Column(
            "publisher_basis",
            sa.Enum(
                "stated",
                "mixed",
                "inferred",
                name="publisher_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", KEY, nullable=False),
        sa.Column("published_edtf", KEY, nullable=True),
        sa.Column("published_start", KEY, nullable=True),
        sa.Column("published_end", KEY, nullable=True),
        sa.Column(
            "published_basis",
            sa.Enum(
                "stated",
                "mixed",
                "inferred",
                name="published_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("published_printed", LONG, nullable=True),
        sa.Column("published_note", LONG, nullable=True),
        sa.Column("url", LONG, nullable=True),
        sa.Column(
            "url_basis",
            sa.Enum("stated", "external", name="url_basis", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("sha256", KEY, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(published_edtf IS NULL OR (published_start LIKE '____-__-__' AND published_end LIKE '____-__-__')) AND (published_edtf IS NULL OR published_start <= published_end)",
            name=op.f("ck_source_published_bounds"),
        ),
        sa.CheckConstraint(
            "(published_start IS NOT NULL) = (published_edtf IS NOT NULL) AND (published_end IS NOT NULL) = (published_edtf IS NOT NULL) AND (published_basis IS NOT NULL) = (published_edtf IS NOT NULL) AND (published_printed IS NULL OR published_edtf IS NOT NULL) AND (published_note IS NULL OR published_edtf IS NOT NULL)",
            name=op.f("ck_source_published_whole"),
        ),
        sa.CheckConstraint("(url IS NULL) = (url_basis IS NULL)", name=op.f("ck_source_url_whole")),
        sa.CheckConstraint("length(sha256) = 64 AND length > 0", name=op.f("ck_source_text_identified")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_source")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index("ix_source_published_end", ["published_end", "number"], unique=False)
        batch_op.create_index(
            "ix_source_published_start_asc",
            [sa.literal_column("coalesce(published_start, '~')"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_source_published_start_desc",
            [sa.literal_column("coalesce(published_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index("uq_source_id", ["id"], unique=True)

    op.create_table(
        "term",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", LONG, nullable=False),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_term_not_empty")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_term")),
    )
    op.create_table(
        "topic",
        sa.Column("id", KEY, nullable=False),
        sa.Column("label", LONG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    op.create_table(
        "agreement_party",
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("country_code", KEY, nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id", "country_code"],
            ["place.id", "place.country_code"],
            name=op.f("fk_agreement_party_place_id_country_code_place"),
        ),
        sa.ForeignKeyConstraint(["record"], ["agreement.number"], name=op.f("fk_agreement_party_record_agreement")),
        sa.PrimaryKeyConstraint("record", "place_id", name=op.f("pk_agreement_party")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("agreement_party", schema=None) as batch_op:
        batch_op.create_index(
            "ix_agreement_party_country_code",
            ["country_code", sa.literal_column("sort_key DESC"), "record"],
            unique=False,
        )
        batch_op.create_index(
            "ix_agreement_party_place_id", ["place_id", sa.literal_column("sort_key DESC"), "record"], unique=False
        )

    op.create_table(
        "delegation",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("visit", "meeting", name="delegation_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "held",
                "cancelled",
                name="delegation_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", LONG, nullable=False),
        sa.Column("purpose", LONG, nullable=True),
        sa.Column("date_edtf", KEY, nullable=True),
        sa.Column("date_start", KEY, nullable=True),
        sa.Column("date_end", KEY, nullable=True),
        sa.Column(
            "date_basis",
            sa.Enum(
                "stated", "mixed", "inferred", name="date_basis", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("date_printed", LONG, nullable=True),
        sa.Column("date_note", LONG, nullable=True),
        sa.Column(
            "day_part",
            sa.Enum(
                "morning", "afternoon", "evening", name="day_part", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("location_id", KEY, nullable=True),
        sa.Column(
            "location_basis",
            sa.Enum(
                "stated",
                "mixed",
                "inferred",
                name="location_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("agreement_id", KEY, nullable=True),
        sa.CheckConstraint(
            "(date_edtf IS NULL OR (date_start LIKE '____-__-__' AND date_end LIKE '____-__-__')) AND (date_edtf IS NULL OR date_start <= date_end)",
            name=op.f("ck_delegation_date_bounds"),
        ),
        sa.CheckConstraint(
            "(date_start IS NOT NULL) = (date_edtf IS NOT NULL) AND (date_end IS NOT NULL) = (date_edtf IS NOT NULL) AND (date_basis IS NOT NULL) = (date_edtf IS NOT NULL) AND (date_printed IS NULL OR date_edtf IS NOT NULL) AND (date_note IS NULL OR date_edtf IS NOT NULL)",
            name=op.f("ck_delegation_date_whole"),
        ),
        sa.CheckConstraint(
            "(location_id IS NULL) = (location_basis IS NULL)", name=op.f("ck_delegation_location_whole")
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_delegation_agreement_id_agreement")),
        sa.ForeignKeyConstraint(["location_id"], ["place.id"], name=op.f("fk_delegation_location_id_place")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delegation_agreement_id",
            ["agreement_id", sa.literal_column("coalesce(date_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_delegation_date_basis",
            ["date_basis", sa.literal_column("coalesce(date_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index("ix_delegation_date_end", ["date_end", "number"], unique=False)
        batch_op.create_index(
            "ix_delegation_date_start_asc", [sa.literal_column("coalesce(date_start, '~')"), "number"], unique=False
        )
        batch_op.create_index(
            "ix_delegation_date_start_desc",
            [sa.literal_column("coalesce(date_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_delegation_kind", ["kind", sa.literal_column("coalesce(date_start, '') DESC"), "number"], unique=False
        )
        batch_op.create_index(
            "ix_delegation_status",
            ["status", sa.literal_column("coalesce(date_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index("uq_delegation_id", ["id"], unique=True)

    op.create_table(
        "ending",
        sa.Column("text", KEY, nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["term"], ["term.number"], name=op.f("fk_ending_term_term")),
        sa.PrimaryKeyConstraint("text", "term", name=op.f("pk_ending")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mention",
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("noun", KEY, nullable=False),
        sa.ForeignKeyConstraint(["term"], ["term.number"], name=op.f("fk_mention_term_term")),
        sa.PrimaryKeyConstraint("subject", "term", name=op.f("pk_mention")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index("ix_mention_noun", ["noun", "term", "subject"], unique=False)

    op.create_table(
        "observation",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("indicator_id", KEY, nullable=False),
        sa.Column("area_id", KEY, nullable=False),
        sa.Column("counterpart_id", KEY, nullable=True),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column(
            "relation",
            sa.Enum(
                "eq",
                "gt",
                "ge",
                "lt",
                "le",
                "approx",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "normal",
                "estimated",
                "provisional",
                "missing",
                name="observation_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("printed", LONG, nullable=True),
        sa.Column(
            "trend",
            sa.Enum("up", "down", "stable", name="trend", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("cause", LONG, nullable=True),
        sa.Column("period_edtf", KEY, nullable=True),
        sa.Column("period_start", KEY, nullable=True),
        sa.Column("period_end", KEY, nullable=True),
        sa.Column(
            "period_basis",
            sa.Enum(
                "stated", "mixed", "inferred", name="period_basis", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.Column("period_printed", LONG, nullable=True),
        sa.Column("period_note", LONG, nullable=True),
        sa.Column(
            "period_kind",
            sa.Enum(
                "during",
                "as_of",
                "current",
                "none",
                name="period_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", LONG, nullable=True),
        sa.CheckConstraint(
            "(period_edtf IS NULL OR (period_start LIKE '____-__-__' AND period_end LIKE '____-__-__')) AND (period_edtf IS NULL OR period_start <= period_end)",
            name=op.f("ck_observation_period_bounds"),
        ),
        sa.CheckConstraint(
            "(period_kind = 'none') = (period_edtf IS NULL)", name=op.f("ck_observation_period_kind_of_period")
        ),
        sa.CheckConstraint("(value IS NULL) = (status = 'missing')", name=op.f("ck_observation_missing_value")),
        sa.CheckConstraint(
            "(period_start IS NOT NULL) = (period_edtf IS NOT NULL) AND (period_end IS NOT NULL) = (period_edtf IS NOT NULL) AND (period_basis IS NOT NULL) = (period_edtf IS NOT NULL) AND (period_printed IS NULL OR period_edtf IS NOT NULL) AND (period_note IS NULL OR period_edtf IS NOT NULL)",
            name=op.f("ck_observation_period_whole"),
        ),
        sa.CheckConstraint("(value IS NULL) = (relation IS NULL)", name=op.f("ck_observation_relation_of_value")),
        sa.CheckConstraint(
            "counterpart_id IS NULL OR counterpart_id <> area_id", name=op.f("ck_observation_counterpart_differs")
        ),
        sa.CheckConstraint(
            "value IS NULL OR value BETWEEN -1.6e308 AND 1.6e308", name=op.f("ck_observation_value_finite")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["place.id"], name=op.f("fk_observation_area_id_place")),
        sa.ForeignKeyConstraint(["counterpart_id"], ["place.id"], name=op.f("fk_observation_counterpart_id_place")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_observation_indicator_id_indicator")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_observation")),
    )
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_observation_area_id",
            ["area_id", sa.literal_column("coalesce(period_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_observation_counterpart_id",
            ["counterpart_id", sa.literal_column("coalesce(period_start, '') DESC"), "number"],
            unique=False,
            sqlite_where=sa.text("counterpart_id IS NOT NULL"),
            postgresql_where=sa.text("counterpart_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_observation_indicator_id",
            ["indicator_id", sa.literal_column("coalesce(period_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index("ix_observation_indicator_id_number", ["indicator_id", "number"], unique=False)
        batch_op.create_index(
            "ix_observation_period_basis",
            ["period_basis", sa.literal_column("coalesce(period_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index("ix_observation_period_end", ["period_end", "number"], unique=False)
        batch_op.create_index(
            "ix_observation_period_start_asc",
            [sa.literal_column("coalesce(period_start, '~')"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_observation_period_start_desc",
            [sa.literal_column("coalesce(period_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_observation_status",
            ["status", sa.literal_column("coalesce(period_start, '') DESC"), "number"],
            unique=False,
        )
        batch_op.create_index(
            "ix_observation_value_asc", [sa.literal_column("coalesce(value, 1.7e308)"), "number"], unique=False
        )
        batch_op.create_index(
            "ix_observation_value_desc", [sa.literal_column("coalesce(value, -1.7e308) DESC"), "number"], unique=False
        )
        batch_op.create_index("uq_observation_id", ["id"], unique=True)

    op.create_table(
        "place_name",
        sa.Column("place_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "en",
                "ko",
                "vi",
                "native",
                "variant",
                "misspelling",
                name="name_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", KEY, nullable=False),
        sa.Column("folded", KEY, nullable=False),
        sa.CheckConstraint("length(name) > 0 AND length(folded) > 0", name=op.f("ck_place_name_not_empty")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_name_place_id_place")),
        sa.PrimaryKeyConstraint("place_id", "kind", "name", name=op.f("pk_place_name")),
    )
    with op.batch_alter_table("place_name", schema=None) as batch_op:
        batch_op.create_index("ix_place_name_folded", ["folded", "place_id"], unique=False)

    op.create_table(
        "delegation_place",
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("country_code", KEY, nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id", "country_code"],
            ["place.id", "place.country_code"],
            name=op.f("fk_delegation_place_place_id_country_code_place"),
        ),
        sa.ForeignKeyConstraint(["record"], ["delegation.number"], name=op.f("fk_delegation_place_record_delegation")),
        sa.PrimaryKeyConstraint("record", "place_id", name=op.f("pk_delegation_place")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("delegation_place", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delegation_place_country_code",
            ["country_code", sa.literal_column("sort_key DESC"), "record"],
            unique=False,
        )
        batch_op.create_index(
            "ix_delegation_place_place_id", ["place_id", sa.literal_column("sort_key DESC"), "record"], unique=False
        )

    op.create_table(
        "evidence",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("agreement_id", KEY, nullable=True),
        sa.Column("delegation_id", KEY, nullable=True),
        sa.Column("observation_id", KEY, nullable=True),
        sa.Column("place_id", KEY, nullable=True),
        sa.Column("about_source_id", KEY, nullable=True),
        sa.Column("subject", sa.Integer(), nullable=True),
        sa.Column("sort_key", KEY, nullable=False),
        sa.Column("field", KEY, nullable=False),
        sa.Column("says", LONG, nullable=True),
        sa.Column(
            "basis",
            sa.Enum(
                "stated",
                "mixed",
                "inferred",
                name="evidence_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("inferred", LONG, nullable=True),
        sa.Column("speaker", LONG, nullable=True),
        sa.Column("note", LONG, nullable=True),
        sa.Column("quote", LONG, nullable=False),
        sa.Column("quote_start", sa.Integer(), nullable=False),
        sa.Column("quote_end", sa.Integer(), nullable=False),
        sa.CheckConstraint("(basis = 'stated') = (inferred IS NULL)", name=op.f("ck_evidence_inferred_says_what")),
        sa.CheckConstraint(
            "(CASE WHEN agreement_id IS NULL THEN 0 ELSE 1 END + CASE WHEN delegation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN observation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN place_id IS NULL THEN 0 ELSE 1 END + CASE WHEN about_source_id IS NULL THEN 0 ELSE 1 END) BETWEEN 0 AND 1",
            name=op.f("ck_evidence_one_subject"),
        ),
        sa.CheckConstraint(
            "length(quote) BETWEEN 1 AND 100 AND length(quote) = quote_end - quote_start",
            name=op.f("ck_evidence_quote_length"),
        ),
        sa.CheckConstraint("quote_start >= 0 AND quote_end > quote_start", name=op.f("ck_evidence_quote_offsets")),
        sa.ForeignKeyConstraint(["about_source_id"], ["source.id"], name=op.f("fk_evidence_about_source_id_source")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_evidence_agreement_id_agreement")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_evidence_delegation_id_delegation")
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_evidence_observation_id_observation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_evidence_place_id_place")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_evidence_source_id_source")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evidence_agreement_id",
            ["agreement_id", "id"],
            unique=False,
            sqlite_where=sa.text("agreement_id IS NOT NULL"),
            postgresql_where=sa.text("agreement_id IS NOT NULL"),
        )
        batch_op.create_index("ix_evidence_basis", ["basis", "id"], unique=False)
        batch_op.create_index(
            "ix_evidence_delegation_id",
            ["delegation_id", "id"],
            unique=False,
            sqlite_where=sa.text("delegation_id IS NOT NULL"),
            postgresql_where=sa.text("delegation_id IS NOT NULL"),
        )
        batch_op.create_index("ix_evidence_field", ["field", "id"], unique=False)
        batch_op.create_index(
            "ix_evidence_observation_id",
            ["observation_id", "id"],
            unique=False,
            sqlite_where=sa.text("observation_id IS NOT NULL"),
            postgresql_where=sa.text("observation_id IS NOT NULL"),
        )
        batch_op.create_index("ix_evidence_source_id", ["source_id", "id"], unique=False)
        batch_op.create_index(
            "ix_evidence_source_id_agreement_id",
            ["source_id", sa.literal_column("sort_key DESC"), "subject"],
            unique=False,
            sqlite_where=sa.text("agreement_id IS NOT NULL"),
            postgresql_where=sa.text("agreement_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_evidence_source_id_delegation_id",
            ["source_id", sa.literal_column("sort_key DESC"), "subject"],
            unique=False,
            sqlite_where=sa.text("delegation_id IS NOT NULL"),
            postgresql_where=sa.text("delegation_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_evidence_source_id_observation_id",
            ["source_id", sa.literal_column("sort_key DESC"), "subject"],
            unique=False,
            sqlite_where=sa.text("observation_id IS NOT NULL"),
            postgresql_where=sa.text("observation_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_evidence_source_id_place_id",
            ["source_id", "sort_key", "subject"],
            unique=False,
            sqlite_where=sa.text("place_id IS NOT NULL"),
            postgresql_where=sa.text("place_id IS NOT NULL"),
        )
        batch_op.create_index("ix_evidence_subject", ["subject", "source_id"], unique=False)
        batch_op.create_index("uq_evidence_id", ["id"], unique=True)

    op.create_table(
        "observation_place",
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("country_code", KEY, nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id", "country_code"],
            ["place.id", "place.country_code"],
            name=op.f("fk_observation_place_place_id_country_code_place"),
        ),
        sa.ForeignKeyConstraint(
            ["record"], ["observation.number"], name=op.f("fk_observation_place_record_observation")
        ),
        sa.PrimaryKeyConstraint("record", "place_id", name=op.f("pk_observation_place")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("observation_place", schema=None) as batch_op:
        batch_op.create_index(
            "ix_observation_place_country_code",
            ["country_code", sa.literal_column("sort_key DESC"), "record"],
            unique=False,
        )
        batch_op.create_index(
            "ix_observation_place_place_id", ["place_id", sa.literal_column("sort_key DESC"), "record"], unique=False
        )

    op.create_table(
        "participant",
        sa.Column("delegation_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("host", "guest", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("name", LONG, nullable=True),
        sa.Column("term", sa.Integer(), nullable=True),
        sa.Column("titles", LONG, nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "stated",
                "mixed",
                "inferred",
                name="participant_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("name IS NULL OR length(name) > 0", name=op.f("ck_participant_name_not_empty")),
        sa.CheckConstraint("term IS NULL OR name IS NOT NULL", name=op.f("ck_participant_term_of_name")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_participant_delegation_id_delegation")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_participant_place_id_place")),
        sa.ForeignKeyConstraint(["term"], ["term.number"], name=op.f("fk_participant_term_term")),
        sa.PrimaryKeyConstraint("delegation_id", "position", name=op.f("pk_participant")),
    )
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.create_index("ix_participant_term", ["term", "delegation_id"], unique=False)

    op.create_table(
        "topic_use",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("topic_id", KEY, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "planned_field",
                "headline",
                "requested_field",
                "hoped_field",
                "export_good",
                "import_good",
                "investment_sector",
                name="topic_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("agreement_id", KEY, nullable=True),
        sa.Column("delegation_id", KEY, nullable=True),
        sa.Column("observation_id", KEY, nullable=True),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN agreement_id IS NULL THEN 0 ELSE 1 END + CASE WHEN delegation_id IS NULL THEN 0 ELSE 1 END + CASE WHEN observation_id IS NULL THEN 0 ELSE 1 END) BETWEEN 1 AND 1",
            name=op.f("ck_topic_use_one_owner"),
        ),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_topic_use_agreement_id_agreement")),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_topic_use_delegation_id_delegation")
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], name=op.f("fk_topic_use_observation_id_observation")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_use_topic_id_topic")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_topic_use")),
    )
    with op.batch_alter_table("topic_use", schema=None) as batch_op:
        batch_op.create_index("ix_topic_use_subject", ["subject", "topic_id"], unique=False)
        batch_op.create_index(
            "ix_topic_use_topic_id_agreement_id",
            ["topic_id", sa.literal_column("sort_key DESC"), "subject"],
            unique=False,
            sqlite_where=sa.text("agreement_id IS NOT NULL"),
            postgresql_where=sa.text("agreement_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_topic_use_topic_id_delegation_id",
            ["topic_id", sa.literal_column("sort_key DESC"), "subject"],
            unique=False,
            sqlite_where=sa.text("delegation_id IS NOT NULL"),
            postgresql_where=sa.text("delegation_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_topic_use_topic_id_observation_id",
            ["topic_id", sa.literal_column("sort_key DESC"), "subject"],
            unique=False,
            sqlite_where=sa.text("observation_id IS NOT NULL"),
            postgresql_where=sa.text("observation_id IS NOT NULL"),
        )

    op.create_table(
        "evidence_place",
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("country_code", KEY, nullable=False),
        sa.Column("sort_key", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id", "country_code"],
            ["place.id", "place.country_code"],
            name=op.f("fk_evidence_place_place_id_country_code_place"),
        ),
        sa.ForeignKeyConstraint(["record"], ["evidence.number"], name=op.f("fk_evidence_place_record_evidence")),
        sa.PrimaryKeyConstraint("record", "place_id", name=op.f("pk_evidence_place")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("evidence_place", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_place_country_code", ["country_code", "sort_key", "record"], unique=False)
        batch_op.create_index("ix_evidence_place_place_id", ["place_id", "sort_key", "record"], unique=False)


def downgrade() -> None:
    """Undoes it."""
    with op.batch_alter_table("evidence_place", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_place_place_id")
        batch_op.drop_index("ix_evidence_place_country_code")

    op.drop_table("evidence_place")
    with op.batch_alter_table("topic_use", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_topic_use_topic_id_observation_id",
            sqlite_where=sa.text("observation_id IS NOT NULL"),
            postgresql_where=sa.text("observation_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_topic_use_topic_id_delegation_id",
            sqlite_where=sa.text("delegation_id IS NOT NULL"),
            postgresql_where=sa.text("delegation_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_topic_use_topic_id_agreement_id",
            sqlite_where=sa.text("agreement_id IS NOT NULL"),
            postgresql_where=sa.text("agreement_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_topic_use_subject")

    op.drop_table("topic_use")
    with op.batch_alter_table("participant", schema=None) as batch_op:
        batch_op.drop_index("ix_participant_term")

    op.drop_table("participant")
    with op.batch_alter_table("observation_place", schema=None) as batch_op:
        batch_op.drop_index("ix_observation_place_place_id")
        batch_op.drop_index("ix_observation_place_country_code")

    op.drop_table("observation_place")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("uq_evidence_id")
        batch_op.drop_index("ix_evidence_subject")
        batch_op.drop_index(
            "ix_evidence_source_id_place_id",
            sqlite_where=sa.text("place_id IS NOT NULL"),
            postgresql_where=sa.text("place_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_evidence_source_id_observation_id",
            sqlite_where=sa.text("observation_id IS NOT NULL"),
            postgresql_where=sa.text("observation_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_evidence_source_id_delegation_id",
            sqlite_where=sa.text("delegation_id IS NOT NULL"),
            postgresql_where=sa.text("delegation_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_evidence_source_id_agreement_id",
            sqlite_where=sa.text("agreement_id IS NOT NULL"),
            postgresql_where=sa.text("agreement_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_evidence_source_id")
        batch_op.drop_index(
            "ix_evidence_observation_id",
            sqlite_where=sa.text("observation_id IS NOT NULL"),
            postgresql_where=sa.text("observation_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_evidence_field")
        batch_op.drop_index(
            "ix_evidence_delegation_id",
            sqlite_where=sa.text("delegation_id IS NOT NULL"),
            postgresql_where=sa.text("delegation_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_evidence_basis")
        batch_op.drop_index(
            "ix_evidence_agreement_id",
            sqlite_where=sa.text("agreement_id IS NOT NULL"),
            postgresql_where=sa.text("agreement_id IS NOT NULL"),
        )

    op.drop_table("evidence")
    with op.batch_alter_table("delegation_place", schema=None) as batch_op:
        batch_op.drop_index("ix_delegation_place_place_id")
        batch_op.drop_index("ix_delegation_place_country_code")

    op.drop_table("delegation_place")
    with op.batch_alter_table("place_name", schema=None) as batch_op:
        batch_op.drop_index("ix_place_name_folded")

    op.drop_table("place_name")
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.drop_index("uq_observation_id")
        batch_op.drop_index("ix_observation_value_desc")
        batch_op.drop_index("ix_observation_value_asc")
        batch_op.drop_index("ix_observation_status")
        batch_op.drop_index("ix_observation_period_start_desc")
        batch_op.drop_index("ix_observation_period_start_asc")
        batch_op.drop_index("ix_observation_period_end")
        batch_op.drop_index("ix_observation_period_basis")
        batch_op.drop_index("ix_observation_indicator_id_number")
        batch_op.drop_index("ix_observation_indicator_id")
        batch_op.drop_index(
            "ix_observation_counterpart_id",
            sqlite_where=sa.text("counterpart_id IS NOT NULL"),
            postgresql_where=sa.text("counterpart_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_observation_area_id")

    op.drop_table("observation")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index("ix_mention_noun")

    op.drop_table("mention")
    op.drop_table("ending")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index("uq_delegation_id")
        batch_op.drop_index("ix_delegation_status")
        batch_op.drop_index("ix_delegation_kind")
        batch_op.drop_index("ix_delegation_date_start_desc")
        batch_op.drop_index("ix_delegation_date_start_asc")
        batch_op.drop_index("ix_delegation_date_end")
        batch_op.drop_index("ix_delegation_date_basis")
        batch_op.drop_index("ix_delegation_agreement_id")

    op.drop_table("delegation")
    with op.batch_alter_table("agreement_party", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_party_place_id")
        batch_op.drop_index("ix_agreement_party_country_code")

    op.drop_table("agreement_party")
    op.drop_table("topic")
    op.drop_table("term")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index("uq_source_id")
        batch_op.drop_index("ix_source_published_start_desc")
        batch_op.drop_index("ix_source_published_start_asc")
        batch_op.drop_index("ix_source_published_end")

    op.drop_table("source")
    op.drop_table("rendition")
    op.drop_table("release")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index("uq_place_id_country_code")
        batch_op.drop_index("uq_place_id")
        batch_op.drop_index("ix_place_sort_name")
        batch_op.drop_index("ix_place_kind")
        batch_op.drop_index("ix_place_country_code_number")
        batch_op.drop_index("ix_place_country_code")

    op.drop_table("place")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index("uq_indicator_id")
        batch_op.drop_index("ix_indicator_sort_name")

    op.drop_table("indicator")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index("uq_agreement_id")
        batch_op.drop_index("ix_agreement_status")
        batch_op.drop_index("ix_agreement_signed_start_desc")
        batch_op.drop_index("ix_agreement_signed_start_asc")
        batch_op.drop_index("ix_agreement_signed_end")
        batch_op.drop_index("ix_agreement_signed_basis")
        batch_op.drop_index("ix_agreement_kind")

    op.drop_table("agreement")
