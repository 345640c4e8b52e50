/**
 * Writes the reference pages that follow from the code: settings, events, violations, reasons. With `--check` it
 * writes nothing and fails when a page is not what it would write.
 */
import { z } from 'zod';
import { requestEvents } from '#infra/command-handler/request.events';
import { configMarkdown } from '#infra/config/config';
import { type EventDefinition } from '#kernel/event-definition';
import { type ViolationCatalogue } from '#kernel/violation';
import { ACCESS_VIOLATIONS, accessEvents } from '#modules/access/index';
import { accountEvents, accountViolations } from '#modules/accounts/index';
import { caseEvents, CASE_VIOLATIONS, selectionEvents } from '#modules/cases/index';
import { MATERIAL_VIOLATIONS } from '#modules/materials/index';
import { platformEvents, PLATFORM_VIOLATIONS } from '#modules/platforms/index';
import { policyEvents, policyViolations } from '#modules/policies/index';
import { reasonsMarkdown } from '#modules/reasons/index';
import { adminsEvents, staffEvents, staffViolations } from '#modules/staff/index';
import { catalogue, violations } from '../apps/server/src/catalogue.ts';
import { settle } from './pages.ts';

const STREAMS: Readonly<Record<string, { readonly definitions: readonly EventDefinition[] }>> = {
  'case-<id>': caseEvents,
  'selection-<command id>': selectionEvents,
  'account-<id>': accountEvents,
  'policy-<platform>-<key>': policyEvents,
  'staff-<id>': staffEvents,
  'admins-<platform>': adminsEvents,
  'platform-<id>': platformEvents,
  'access-<platform>-<year>-<month>': accessEvents,
  'request-<command id>': requestEvents,
};

const VIOLATIONS: Readonly<Record<string, ViolationCatalogue>> = {
  Cases: CASE_VIOLATIONS,
  Accounts: accountViolations,
  Staff: staffViolations,
  Policies: policyViolations,
  Platforms: PLATFORM_VIOLATIONS,
  Materials: MATERIAL_VIOLATIONS,
  Access: ACCESS_VIOLATIONS,
};

/** @throws Error where the server knows of something that no page would name. */
function assertComplete(): void {
  const named = new Set(Object.values(STREAMS).flatMap(({ definitions }) => definitions));
  for (const definition of catalogue.definitions) {
    if (!named.has(definition)) throw new Error(`No stream is named for ${definition.type}.`);
  }
  const listed = Object.values(VIOLATIONS);
  if (!violations.every((one) => listed.includes(one))) {
    throw new Error('A catalogue of violations of the server has no area here.');
  }
}

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly format?: string;
}

function fieldsOf({ schema }: EventDefinition): readonly string[] {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  const required = new Set(json.required ?? []);
  return Object.entries((json.properties ?? {}) as Record<string, Property>).map(
    ([name, property]) => {
      const { type, enum: values, description, format } = property;
      const kind = values
        ? values.map((value) => `\`${String(value)}\``).join(' ')
        : (format ?? type ?? 'see schema');
      return `| \`${name}\` | ${kind} | ${required.has(name) ? 'yes' : 'no'} | ${description ?? ''} |`;
    },
  );
}

function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'Generated from libs/infra/config/settings.ts by `npm run docs:gen`.',
    '',
    'Every setting is an environment variable, or a member of one JSON file without the prefix',
    '(`--config settings.json`, `{ "PORT": 8080 }`); the environment goes before the file. All faults are',
    'told at once, by name and never with the value, and nothing starts. A setting that does not exist',
    'is a fault.',
    '',
    configMarkdown(),
  ].join('\n');
}

function eventsPage(): string {
  const lines = [
    '# Events',
    '',
    'Generated from the declarations by `npm run docs:gen`. Stored for ever: add, never change.',
    '',
  ];
  for (const [stream, { definitions }] of Object.entries(STREAMS)) {
    lines.push(`## \`${stream}\``, '');
    for (const definition of definitions) {
      lines.push(`### ${definition.type}`, '');
      lines.push(`${definition.description} Schema version ${definition.schemaVersion}.`, '');
      const fields = fieldsOf(definition);
      if (fields.length > 0)
        lines.push(
          '| field | kind | required | meaning |',
          '| --- | --- | --- | --- |',
          ...fields,
          '',
        );
    }
  }
  return lines.join('\n');
}

function violationsPage(): string {
  const lines = [
    '# Violations',
    '',
    'Generated from the catalogues by `npm run docs:gen`. Codes are stable: clients match on them.',
    '',
  ];
  const status = { state: 409, forbidden: 403, form: 422, missing: 404 } as const;
  for (const [area, catalogue] of Object.entries(VIOLATIONS)) {
    lines.push(`## ${area}`, '', '| code | status | en | zh-CN |', '| --- | --- | --- | --- |');
    for (const [code, spec] of Object.entries(catalogue)) {
      lines.push(`| \`${code}\` | ${status[spec.kind]} | ${spec.en} | ${spec.zhCN} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

const PAGES: Readonly<Record<string, () => string>> = {
  'docs/reference/configuration.md': configurationPage,
  'docs/reference/events.md': eventsPage,
  'docs/reference/violations.md': violationsPage,
  'docs/reference/reasons.md': reasonsMarkdown,
};

assertComplete();
settle(Object.fromEntries(Object.entries(PAGES).map(([name, make]) => [name, make()])));
