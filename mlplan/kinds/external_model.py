"""External model: a model that another company serves, reached through our endpoint."""

from typing import Annotated, Literal

from pydantic import Field

from mlplan.core.kind import Model
from mlplan.core.rule import WRITE_ONLY
from mlplan.kinds.naming import Text
from mlplan.kinds.secret_field import Plaintext, SecretReference

Secret = Annotated[SecretReference | None, Field(description="A {{secrets/scope/key}} reference.")]
Clear = Annotated[Plaintext | None, WRITE_ONLY, Field(description="`{env: NAME}`: sent from that variable.")]


class Ai21Labs(Model):
    """AI21 Labs."""

    ai21labs_api_key: Secret = None
    ai21labs_api_key_plaintext: Clear = None


class AmazonBedrock(Model):
    """Amazon Bedrock."""

    aws_region: Text = Field(description="The AWS region.")
    bedrock_provider: Literal["amazon", "ai21labs", "anthropic", "cohere"] = Field(description="Who made the model.")
    aws_access_key_id: Secret = None
    aws_access_key_id_plaintext: Clear = None
    aws_secret_access_key: Secret = None
    aws_secret_access_key_plaintext: Clear = None
    instance_profile_arn: Text | None = Field(None, description="AWS instance profile.")
    uc_service_credential_name: Text | None = Field(None, description="A Unity Catalog service credential.")


class Anthropic(Model):
    """Anthropic."""

    anthropic_api_key: Secret = None
    anthropic_api_key_plaintext: Clear = None


class Cohere(Model):
    """Cohere."""

    cohere_api_base: Text | None = Field(None, description="Base URL.")
    cohere_api_key: Secret = None
    cohere_api_key_plaintext: Clear = None


class ApiKeyAuth(Model):
    """A key sent in a header."""

    key: Text = Field(description="The header's name.")
    value: Secret = None
    value_plaintext: Clear = None


class BearerTokenAuth(Model):
    """A bearer token."""

    token: Secret = None
    token_plaintext: Clear = None


class CustomProvider(Model):
    """Any service that speaks the OpenAI protocol."""

    custom_provider_url: Text = Field(description="The service's URL.")
    api_key_auth: ApiKeyAuth | None = Field(None, description="Authenticate with a key in a header.")
    bearer_token_auth: BearerTokenAuth | None = Field(None, description="Authenticate with a bearer token.")


class DatabricksModelServing(Model):
    """An endpoint of another Databricks workspace."""

    databricks_workspace_url: Text = Field(description="The other workspace's URL.")
    databricks_api_token: Secret = None
    databricks_api_token_plaintext: Clear = None


class GoogleCloudVertexAi(Model):
    """Google Cloud Vertex AI."""

    project_id: Text = Field(description="The Google Cloud project.")
    region: Text = Field(description="The region.")
    private_key: Secret = None
    private_key_plaintext: Clear = None


class OpenAi(Model):
    """OpenAI, or Azure OpenAI."""

    openai_api_base: Text | None = Field(None, description="Base URL.")
    openai_api_type: Text | None = Field(None, description="openai, azure or azuread.")
    openai_api_version: Text | None = Field(None, description="API version, for Azure.")
    openai_deployment_name: Text | None = Field(None, description="Deployment name, for Azure.")
    openai_organization: Text | None = Field(None, description="Organization.")
    openai_api_key: Secret = None
    openai_api_key_plaintext: Clear = None
    microsoft_entra_client_id: Text | None = Field(None, description="Entra client id.")
    microsoft_entra_tenant_id: Text | None = Field(None, description="Entra tenant id.")
    microsoft_entra_client_secret: Secret = None
    microsoft_entra_client_secret_plaintext: Clear = None


class PaLm(Model):
    """Google PaLM."""

    palm_api_key: Secret = None
    palm_api_key_plaintext: Clear = None


class ExternalModel(Model):
    """A model that another provider serves."""

    name: Text = Field(description="The provider's name of the model.")
    provider: Literal[
        "ai21labs", "amazon-bedrock", "anthropic", "cohere", "custom",
        "databricks-model-serving", "google-cloud-vertex-ai", "openai", "palm",
    ] = Field(description="Who serves it.")  # fmt: skip
    task: Text = Field(description="The task, such as llm/v1/chat.")
    ai21labs_config: Ai21Labs | None = Field(None, description="Settings for ai21labs.")
    amazon_bedrock_config: AmazonBedrock | None = Field(None, description="Settings for amazon-bedrock.")
    anthropic_config: Anthropic | None = Field(None, description="Settings for anthropic.")
    cohere_config: Cohere | None = Field(None, description="Settings for cohere.")
    custom_provider_config: CustomProvider | None = Field(None, description="Settings for custom.")
    databricks_model_serving_config: DatabricksModelServing | None = Field(
        None, description="Settings for databricks-model-serving."
    )
    google_cloud_vertex_ai_config: GoogleCloudVertexAi | None = Field(
        None, description="Settings for google-cloud-vertex-ai."
    )
    openai_config: OpenAi | None = Field(None, description="Settings for openai.")
    palm_config: PaLm | None = Field(None, description="Settings for palm.")
