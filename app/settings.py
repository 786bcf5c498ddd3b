"""What can be configured: environment variables that start with CITYPACT_."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that can be configured; each field has a default that runs."""

    model_config = SettingsConfigDict(env_prefix="CITYPACT_", frozen=True, extra="ignore")

    database_url: str = Field(
        "sqlite:///.citypact/register.db",
        description="The database that is served: `sqlite:///FILE` or `postgresql+psycopg://USER:PASSWORD@HOST/NAME`.",
    )
    owner_url: str | None = Field(
        None,
        description="The same database as the role that may write; only `load` uses it. Default: the database URL.",
    )
    seed_dir: str = Field("seed", description="The folder of the seeds that `check` and `load` read.")
    public_url: str | None = Field(
        None,
        description="The address that clients use, such as `https://api.example.org`; links in answers start with it. "
        "Default: the address being served.",
    )
    host: str = Field("127.0.0.1", description="The address that `serve` binds.")
    port: int = Field(8000, ge=0, le=65535, description="The port that `serve` binds.")
    workers: int = Field(1, ge=1, le=64, description="How many processes serve.")
    contact_url: str = Field(
        "https://github.com/citypact/citypact/issues",
        description="Where users of this service can ask; named in the OpenAPI document.",
    )
    security_contact: str = Field(
        "https://github.com/citypact/citypact/security/advisories/new",
        pattern=r"^(https://|mailto:|tel:)[!-~]+$",
        description="Where weaknesses can be reported, a URI; named in /.well-known/security.txt.",
    )
    access_log: bool = Field(False, description="Whether each answer is logged, as a line of JSON without the query.")
    log_addresses: bool = Field(
        False, description="Whether the access log has the addresses of clients, which are personal data."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks, separated by commas, whose `X-Forwarded-For` is believed; it is only used "
        "in the access log.",
    )
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="The port that serves metrics for Prometheus. Default: none."
    )
    frame_ancestors: str = Field(
        "*",
        pattern=r"^[\x21-\x3a\x3c-\x7e]+(?: [\x21-\x3a\x3c-\x7e]+)*$",
        description="Which websites may embed the pages under /embed: origins with a space between them, such as "
        "`https://www.daegu.go.kr https://danang.gov.vn`, or `*`.",
    )
    max_age: int = Field(300, ge=0, description="For how many seconds caches may keep an answer.")
    cache_bytes: int = Field(
        64 * 2**20, ge=0, description="How many bytes of answers a worker keeps in memory; 0: none."
    )
    remembered_totals: int = Field(10_000, ge=1, description="How many totals of lists a worker remembers.")
    statement_timeout_ms: int = Field(
        1000, ge=1, description="After how many milliseconds PostgreSQL gives up a statement of the API."
    )
    count_timeout_ms: int = Field(
        10_000,
        ge=1,
        description="The same for the first count of a filter, which is remembered; at least as long as for others.",
    )
    pool_size: int = Field(10, ge=1, description="How many database connections a worker keeps.")

    @property
    def base_url(self) -> str:
        """The address that links in answers start with, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def load_url(self) -> str:
        """The database URL of the role that may write."""
        return self.owner_url or self.database_url
