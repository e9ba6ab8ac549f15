/**
 * Decides what a role may do, as IAM would: reads the policies out of the templates, puts in the
 * names that CloudFormation would, and applies allow, deny and conditions. It knows what Harpoon's
 * policies use and throws at anything else, so that a new kind of policy cannot slip through.
 */
import type { FunctionName } from '../../infra/bundle.ts';
import { ofType, type Synthesised, type TemplateJson } from './synth.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-2';

/** One statement with all references put in. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What somebody wants to do. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** All statements of a function's role. */
export function statementsOf(synthesised: Synthesised, name: FunctionName): Statement[] {
  const { stateful, stateless } = synthesised.json;
  const functions = ofType(stateless, 'AWS::Lambda::Function');
  const properties = functions.find(([, { Properties }]) => {
    return Properties['FunctionName'] === `harpoon-${name}`;
  })?.[1].Properties;
  if (properties === undefined) throw new Error(`there is no function ${name}`);
  const roleId = (properties['Role'] as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
  const role = stateless.Resources[roleId]?.Properties;
  if (role === undefined) throw new Error(`there is no role ${roleId}`);
  if (role['ManagedPolicyArns'] !== undefined) throw new Error('managed policies are not known');
  if (ofType(stateless, 'AWS::IAM::Policy').length > 0) throw new Error('policies beside roles');
  const policies = role['Policies'] as { PolicyDocument: { Statement: RawStatement[] } }[];
  const resolve = resolver(stateless, stateful);
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map((raw) => statement(raw, resolve));
}

/** Whether the statements allow the request. */
export function may(statements: readonly Statement[], request: IamRequest): boolean {
  const matching = statements.filter((one) => matches(one, request));
  if (matching.some(({ effect }) => effect === 'Deny')) return false;
  return matching.some(({ effect }) => effect === 'Allow');
}

/** An ARN of this account and region. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

/** A secret's ARN as Secrets Manager makes it. */
export function secretArn(name: string): string {
  return arn('secretsmanager', `secret:${name}-Ab12Cd`);
}

interface RawStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

type Resolve = (value: unknown) => string;

function statement(raw: RawStatement, resolve: Resolve): Statement {
  const texts = (value: unknown): string[] =>
    (Array.isArray(value) ? (value as unknown[]) : [value]).map(resolve);
  const conditions = Object.entries(raw.Condition ?? {}).map(([operator, keys]) => [
    operator,
    Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, texts(value)])),
  ]);
  return {
    effect: raw.Effect,
    actions: texts(raw.Action),
    ...(raw.Resource === undefined ? {} : { resources: texts(raw.Resource) }),
    ...(raw.NotResource === undefined ? {} : { notResources: texts(raw.NotResource) }),
    conditions: Object.fromEntries(conditions) as Statement['conditions'],
  };
}

function matches(one: Statement, { action, resource, context = {} }: IamRequest): boolean {
  const any = (patterns: readonly string[], text: string): boolean =>
    patterns.some((pattern) => like(pattern, text));
  if (!any(one.actions, action)) return false;
  if (one.resources !== undefined && !any(one.resources, resource)) return false;
  if (one.notResources !== undefined && any(one.notResources, resource)) return false;
  return Object.entries(one.conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, wanted, context[key])),
  );
}

function holds(
  operator: string,
  wanted: readonly string[],
  given: readonly string[] | undefined,
): boolean {
  const matchesOne = (value: string): boolean => wanted.some((pattern) => like(pattern, value));
  switch (operator) {
    case 'StringEquals':
      return given !== undefined && given.every((value) => wanted.includes(value));
    case 'StringLike':
      return given !== undefined && given.every(matchesOne);
    case 'ForAllValues:StringLike':
      return (given ?? []).every(matchesOne);
    case 'Null':
      return (given === undefined) === (wanted[0] === 'true');
    default:
      throw new Error(`the condition operator ${operator} is not known to this test`);
  }
}

/** IAM's patterns: `*` is any text, `?` one character. */
function like(pattern: string, text: string): boolean {
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${expression.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}

/** Puts in what CloudFormation would for references within a template and to the other. */
function resolver(template: TemplateJson, exporting: TemplateJson): Resolve {
  const pseudo: Record<string, string> = {
    'AWS::Partition': 'aws',
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
  };
  const resolve: Resolve = (value) => {
    if (typeof value === 'string') return value;
    const [[name, operand] = ['', undefined]] = Object.entries(value as Record<string, unknown>);
    switch (name) {
      case 'Ref':
        return pseudo[operand as string] ?? nameOf(template, operand as string);
      case 'Fn::Join': {
        const [separator, parts] = operand as [string, unknown[]];
        return parts.map(resolve).join(separator);
      }
      case 'Fn::GetAtt':
        return arnOf(template, ...(operand as [string, string]));
      case 'Fn::ImportValue':
        return resolver(exporting, exporting)(exported(exporting, operand as string));
      default:
        throw new Error(`cannot resolve ${JSON.stringify(value)}`);
    }
  };
  return resolve;
}

function exported(template: TemplateJson, name: string): unknown {
  const output = Object.values(template.Outputs ?? {}).find(({ Export }) => Export?.Name === name);
  if (output === undefined) throw new Error(`nothing exports ${name}`);
  return output.Value;
}

function nameOf(template: TemplateJson, id: string): string {
  const properties = template.Resources[id]?.Properties ?? {};
  const name = properties['TableName'] ?? properties['LogGroupName'] ?? properties['FunctionName'];
  if (typeof name !== 'string') throw new Error(`${id} has no name that this test knows`);
  return name;
}

function arnOf(template: TemplateJson, id: string, attribute: string): string {
  if (attribute !== 'Arn') throw new Error(`cannot resolve ${id}.${attribute}`);
  const { Type, Properties } = template.Resources[id] ?? { Type: 'none', Properties: {} };
  const text = (key: string): string => String(Properties[key]);
  switch (Type) {
    case 'AWS::DynamoDB::Table':
      return arn('dynamodb', `table/${text('TableName')}`);
    case 'AWS::SQS::Queue':
      return arn('sqs', text('QueueName'));
    case 'AWS::Logs::LogGroup':
      return arn('logs', `log-group:${text('LogGroupName')}:*`);
    case 'AWS::Lambda::Function':
      return arn('lambda', `function:${text('FunctionName')}`);
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${id.toLowerCase()}`;
    case 'AWS::KMS::Key':
      return arn('kms', `key/${id}`);
    default:
      throw new Error(`the ARN of ${id} (${Type}) is not known to this test`);
  }
}
