import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { packageRoot } from '../../services/kernel/package-root.ts';
import { readSettings } from '../../services/kernel/settings.ts';
import { kubernetesValidate, kustomize } from './tools.ts';

interface Container {
  name: string;
  args?: string[];
  envFrom?: unknown[];
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  readinessProbe?: unknown;
  livenessProbe?: unknown;
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  spec: {
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        containers: Container[];
        securityContext: Record<string, unknown>;
        automountServiceAccountToken: boolean;
        terminationGracePeriodSeconds: number;
      };
    };
    scaleTargetRef: { name: string };
    triggers: { metadata: { query: string } }[];
    groups: { rules: { alert: string; expr: string; annotations: { runbook_url: string } }[] }[];
    selector: { matchLabels: Record<string, string> };
    policyTypes: string[];
    podSelector: { matchLabels?: Record<string, string>; matchExpressions?: { values: string[] }[] };
  };
}

const build = kustomize();
const validate = kubernetesValidate();
if (process.env['CI'] === 'true' && (build === undefined || validate === undefined))
  throw new Error('kustomize and kubernetes-validate are needed to check the manifests, and one of them could not be installed');

const folder = mkdtempSync(join(tmpdir(), 'plumbline-k8s-'));
function rendered(overlay: string): { file: string; text: string; manifests: Manifest[] } {
  const text = build?.(join(packageRoot, 'k8s', 'overlays', overlay)) ?? '';
  const file = join(folder, `${overlay}.yaml`);
  writeFileSync(file, text);
  return { file, text, manifests: parseAllDocuments(text).map((document) => document.toJS() as Manifest) };
}
const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');

describe.skipIf(build === undefined || validate === undefined)('the manifests (need Go or kustomize, and Python)', () => {
  const overlays = { kind: rendered('kind'), production: rendered('production') };
  const all = Object.entries(overlays);
  const production = overlays.production.manifests;
  const workloads = production.filter(({ kind }) => kind === 'Deployment' || kind === 'Job');
  const named = (kind: string): string[] => production.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name);

  test.each(all)('%s fits the schemas of Kubernetes, strictly', (_name, { file }) => {
    const { ok, output } = validate?.(file) ?? { ok: false, output: '' };
    expect(output).not.toMatch(/ERROR/);
    expect(ok).toBe(true);
  });

  test('the same check refuses a field that is written wrongly', () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, overlays.production.text.replace('readinessProbe:', 'readynessProbe:'));
    expect(validate?.(file).ok).toBe(false);
  });

  test('scaling and monitoring fit the schemas of KEDA and of the Prometheus operator', () => {
    const classes = { ScaledObject, PodMonitor, ServiceMonitor, PrometheusRule };
    const own = production.filter(({ kind }) => kind in classes);
    expect(own.map(({ kind }) => kind).toSorted()).toEqual(
      [
        'PodMonitor',
        'PrometheusRule',
        'ScaledObject',
        'ScaledObject',
        'ScaledObject',
        'ScaledObject',
        'ServiceMonitor',
      ].toSorted(),
    );
    for (const each of own) {
      const Schema = classes[each.kind as keyof typeof classes] as unknown as new (data: unknown) => { validate(): void };
      expect(() => new Schema(each).validate()).not.toThrow();
    }
    const first = own.find(({ kind }) => kind === 'ScaledObject') as Manifest;
    expect(() => new ScaledObject({ ...first, spec: { ...first.spec, triggers: 'none' } } as never).validate()).toThrow();
  });

  test('every process runs as nobody in particular, on a root that nobody can write, with limits', () => {
    expect(workloads.map(({ metadata }) => metadata.name).toSorted()).toEqual(
      ['api', 'ingest', 'migrate', 'recogniser', 'relay', 'scoring', 'search', 'transcribe'].toSorted(),
    );
    for (const { spec } of workloads) {
      expect(spec.template.spec).toMatchObject({ automountServiceAccountToken: false });
      expect(spec.template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const { securityContext, resources } of spec.template.spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(Object.keys(resources.requests)).toEqual(expect.arrayContaining(['cpu', 'memory', 'ephemeral-storage']));
        expect(Object.keys(resources.limits)).toEqual(expect.arrayContaining(['memory', 'ephemeral-storage']));
      }
    }
  });

  test('every process that stays has probes, a disruption budget, and time to drain', () => {
    const staying = workloads.filter(({ kind }) => kind === 'Deployment');
    expect(named('PodDisruptionBudget').toSorted()).toEqual(staying.map(({ metadata }) => metadata.name).toSorted());
    for (const { spec } of staying) {
      expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(60);
      for (const container of spec.template.spec.containers) {
        expect(container.readinessProbe).toBeDefined();
        expect(container.livenessProbe).toBeDefined();
      }
    }
  });

  test('what is not named by a policy cannot be reached', () => {
    const policies = production.filter(({ kind }) => kind === 'NetworkPolicy');
    const everything = policies.find(({ metadata }) => metadata.name === 'deny-all');
    expect(everything?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const components = new Set(workloads.map(({ spec }) => spec.template.metadata.labels['app.kubernetes.io/component']));
    const asked = policies.flatMap(({ spec: { podSelector } }) => [
      ...Object.values(podSelector.matchLabels ?? {}),
      ...(podSelector.matchExpressions ?? []).flatMap(({ values }) => values),
    ]);
    expect(asked.filter((name) => !components.has(name))).toEqual([]);
    // The recogniser hears raw speech and may ask nothing of anybody.
    expect(
      policies.filter(
        ({ spec: { policyTypes, podSelector } }) =>
          policyTypes.includes('Egress') && JSON.stringify(podSelector).includes('recogniser'),
      ),
    ).toEqual([]);
  });

  test('production holds no secret, only where to fetch it', () => {
    expect(named('Secret')).toEqual([]);
    expect(named('ExternalSecret')).toEqual(['plumbline-secrets']);
    expect(overlays.production.text).not.toMatch(/PASSWORD|PLUMBLINE_TOKEN: |SECRET_ACCESS_KEY: /);
    // Every process but the migration's job restarts when the reference changes; all take the secret by name.
    for (const { spec } of workloads) expect(JSON.stringify(spec.template.spec.containers)).toContain('plumbline-secrets');
  });

  test('scaling, alerts and the board ask for metrics and stages that exist', () => {
    const metrics = new Set([...read('services/runtime/metrics.ts').matchAll(/'(plumbline_\w+)'/g)].map(([, name]) => name));
    const stages = new Set(
      ['stages.ts', 'search-stage.ts'].flatMap((file) =>
        [...read(`services/main/${file}`).matchAll(/name: '(\w+)'/g)].map(([, name]) => name),
      ),
    );
    const scaled = production.filter(({ kind }) => kind === 'ScaledObject');
    const queries = scaled.flatMap(({ spec }) => spec.triggers.map(({ metadata }) => metadata.query));
    const alerts = production.filter(({ kind }) => kind === 'PrometheusRule').flatMap(({ spec }) => spec.groups[0]?.rules ?? []);
    const board = JSON.parse(read('k8s/base/board.json')) as { panels: { targets: { expr: string }[] }[] };
    const asked = [
      ...queries,
      ...alerts.map(({ expr }) => expr),
      ...board.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ].join('\n');
    const names = [...asked.matchAll(/plumbline_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !metrics.has(name))).toEqual([]);
    const askedStages = queries.flatMap((query) => [...query.matchAll(/stage="(\w+)"/g)].map(([, stage]) => stage));
    expect(askedStages.filter((stage) => !stages.has(stage ?? ''))).toEqual([]);
    const deployments = new Set(named('Deployment'));
    expect(scaled.map(({ spec }) => spec.scaleTargetRef.name).filter((name) => !deployments.has(name))).toEqual([]);
  });

  test.each(all)('%s sets what the processes can read, and nothing else', (_name, { manifests }) => {
    const settings = manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('plumbline-settings'),
    );
    const text = (settings as unknown as { data: Record<string, string> }).data['settings.yaml'] ?? '';
    const token = { PLUMBLINE_TOKEN: 'x'.repeat(24) };
    expect(readSettings(token, { name: 'settings.yaml', text })).toMatchObject({ http: { host: '0.0.0.0' }, home: '/scratch' });
    // Outside loopback nothing is served without a token.
    expect(() => readSettings({}, { name: 'settings.yaml', text })).toThrow(/token/);
    const secret = manifests.find(({ kind }) => kind === 'Secret') as unknown as { data: Record<string, string> } | undefined;
    const environment = Object.fromEntries(
      Object.entries(secret?.data ?? token).map(([name, value]) => [
        name,
        secret === undefined ? value : Buffer.from(value, 'base64').toString('utf8'),
      ]),
    );
    expect(() => readSettings(environment, { name: 'settings.yaml', text })).not.toThrow();
  });

  test('every process is one that the image has', () => {
    for (const { metadata, spec } of workloads.filter(({ metadata: { name } }) => name !== 'recogniser')) {
      expect(spec.template.spec.containers.map(({ args }) => args)).toEqual([[metadata.name]]);
      expect(existsSync(join(packageRoot, 'services', 'main', `${metadata.name}.ts`))).toBe(true);
    }
  });

  test('every alert has a runbook', () => {
    const runbooks = read('docs/operations/runbooks.md');
    const rules = production.filter(({ kind }) => kind === 'PrometheusRule').flatMap(({ spec }) => spec.groups[0]?.rules ?? []);
    expect(rules.length).toBeGreaterThan(5);
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook_url).toMatch(new RegExp(`#${alert.toLowerCase()}$`));
      expect(runbooks).toContain(`## ${alert}\n`);
    }
  });
});
