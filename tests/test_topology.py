"""compose.yaml, the Kubernetes manifests and the Dockerfile: valid, whole, and of one topology."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from compose_spec import PyCompose

from litatlas.settings import reference

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy" / "kubernetes"
KUBERNETES = "1.31"
SETTINGS = {row[1] for row in reference()}
MADE_BY_HAND = {"litatlas-database", "litatlas-tls"}
"""Secrets, which no repository holds."""

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))


def manifests() -> list[dict[str, Any]]:
    names = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert set(names) == {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    return [document for name in names for document in yaml.safe_load_all((FOLDER / name).read_text("utf-8"))]


def named(kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in manifests() if each["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """The template of each workload's pods."""
    found = {
        name: each["spec"]["template"]
        for kind in ("Deployment", "StatefulSet")
        for name, each in named(kind).items()
    }
    jobs = {name: each["spec"]["jobTemplate"]["spec"]["template"] for name, each in named("CronJob").items()}
    return found | jobs


@pytest.mark.parametrize(
    "document", manifests(), ids=lambda each: f"{each['kind']}-{each['metadata']['name']}"
)
def test_kubernetes_knows_every_field(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_a_field_that_is_none_would_be_noticed() -> None:
    document = named("Deployment")["litatlas-web"]
    document["spec"]["template"]["spec"]["containers"][0]["enviroment"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_what_manifests_name_is_there() -> None:
    claims = set(named("PersistentVolumeClaim"))
    for name, pod in pods().items():
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", [])}
        made = named("StatefulSet").get(name, {}).get("spec", {}).get("volumeClaimTemplates", [])
        there = set(volumes) | {each["metadata"]["name"] for each in made}
        for volume in volumes.values():
            assert volume.get("persistentVolumeClaim", {"claimName": None})["claimName"] in {*claims, None}
        for container in pod["spec"]["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= there
            for source in container.get("envFrom", []):
                assert source["configMapRef"]["name"] in named("ConfigMap")
            secrets = [each["valueFrom"]["secretKeyRef"]["name"] for each in container.get("env", [])
                       if "secretKeyRef" in each.get("valueFrom", {})]  # fmt: skip
            assert set(secrets) <= MADE_BY_HAND
            ports = {port["name"] for port in container.get("ports", [])}
            for probe in ("readinessProbe", "livenessProbe"):
                if "httpGet" in container.get(probe, {}):
                    assert container[probe]["httpGet"]["port"] in ports


def test_selectors_meet_pods() -> None:
    labels = [pod["metadata"]["labels"].items() for pod in pods().values()]
    selectors = [each["spec"]["selector"] for each in named("Service").values()]
    for kind in ("PodDisruptionBudget", "Deployment", "StatefulSet"):
        selectors += [each["spec"]["selector"]["matchLabels"] for each in named(kind).values()]
    assert len(selectors) == 3 + 2 + 2 + 2
    for selector in selectors:
        assert sum(selector.items() <= each for each in labels) == 1, selector
    route = named("Ingress")["litatlas"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert route["port"]["name"] in {
        port["name"] for port in named("Service")[route["name"]]["spec"]["ports"]
    }


def test_probes_ask_what_the_server_answers() -> None:
    container = pods()["litatlas-web"]["spec"]["containers"][0]
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    engine = named("ConfigMap")["litatlas-settings"]["data"]["LITATLAS_ENGINE"].split(",")
    assert engine == [f"http://elasticsearch-{n}.elasticsearch:9200" for n in range(3)]
    assert named("StatefulSet")["elasticsearch"]["spec"]["replicas"] == len(engine)


def test_compose_knows_every_field() -> None:
    merged = yaml.safe_dump(COMPOSE)  # the reader knows no merge keys
    PyCompose.from_yaml(merged).validate()
    for wrong in ({"restrat": "always"}, {"ports": ["front:80"]}, {"deploy": {"replicaz": 2}}):
        services = COMPOSE["services"] | {"web": COMPOSE["services"]["web"] | wrong}
        with pytest.raises(ValueError, match=r"services\.web"):
            PyCompose.from_yaml(yaml.safe_dump(COMPOSE | {"services": services}))


def test_compose_names_what_is_there() -> None:
    services = COMPOSE["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", [])) <= set(services), name
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"], name
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"]
        assert ("image" in service) != ("build" in service), name
    front = COMPOSE["configs"]["front"]["content"]
    assert set(re.findall(r"http://(\w+):8000", front)) <= set(services)


def test_both_have_the_same_parts() -> None:
    services = COMPOSE["services"]
    config = named("ConfigMap")["litatlas-settings"]["data"]
    told = services["web"]["environment"]
    assert set(told) | set(config) <= SETTINGS
    for setting in ("LITATLAS_HOME", "LITATLAS_ELASTICSEARCH_SHARDS", "LITATLAS_ELASTICSEARCH_REPLICAS"):
        assert str(told[setting]) == config[setting]
    assert len(told["LITATLAS_ENGINE"].split(",")) == len(config["LITATLAS_ENGINE"].split(","))
    for ours, theirs in (("web", "litatlas-web"), ("worker", "litatlas-worker")):
        container = pods()[theirs]["spec"]["containers"][0]
        assert container["command"] == services[ours]["command"]
        assert named("Deployment")[theirs]["spec"]["replicas"] == services[ours]["deploy"]["replicas"]
    for ours, theirs in (("search1", "elasticsearch"), ("database", "postgresql")):
        assert pods()[theirs]["spec"]["containers"][0]["image"] == services[ours]["image"]


def test_the_image_has_what_it_copies_and_installs() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    copied = [word for line in re.findall(r"^COPY (.*) \S+$", text, re.MULTILINE) for word in line.split()]
    assert copied
    assert all((ROOT / name).exists() for name in copied)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= set(copied)
    extras = re.search(r"'\.\[([\w,]+)\]'", text)
    assert extras is not None
    assert set(extras[1].split(",")) <= set(project["project"]["optional-dependencies"])
