import { VARIABLES, type Config, type Variable } from './variables';

export type { Config } from './variables';

/** A variable is missing, malformed or unknown. The message is one line, names it, shows no secret. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the environment once, at the start of a program: checks every variable that is set, needed or
 * not, and answers those needed, frozen. An empty value counts as not set, as Docker Compose passes
 * it. Throws `ConfigError`.
 */
export function readConfig<Field extends keyof Config>(
  needs: readonly Field[],
  env: NodeJS.ProcessEnv = process.env,
): Readonly<Pick<Config, Field>> {
  refuseUnknownNames(env);
  const values = Object.entries<Variable<unknown>>(VARIABLES).map(([field, variable]) => {
    const needed = (needs as readonly string[]).includes(field);
    return [field, parse(variable, env[variable.name], needed)] as const;
  });
  const needed = values.filter(([field]) => (needs as readonly string[]).includes(field));
  return Object.freeze(Object.fromEntries(needed) as Pick<Config, Field>);
}

function refuseUnknownNames(env: NodeJS.ProcessEnv): void {
  const known = new Set<string>(Object.values(VARIABLES).map(({ name }) => name));
  const unknown = Object.keys(env).find((name) => name.startsWith('CARNET_') && !known.has(name));
  if (unknown === undefined) return;
  throw new ConfigError(
    `${printable(unknown)} is no variable of Carnet: see libs/platform/README.md`,
  );
}

function parse(variable: Variable<unknown>, text: string | undefined, needed: boolean): unknown {
  const { name, kind, secret, explains } = variable;
  if (text === undefined || text === '') {
    if (variable.default !== undefined || !needed) return variable.default;
    throw new ConfigError(`${name} is not set: ${explains}`);
  }
  const value = kind.parse(text);
  if (value !== undefined) return value;
  const shown = secret ? 'its value (secret, not shown)' : `'${printable(text)}'`;
  throw new ConfigError(`${name} is malformed: ${shown} is not of type ${kind.name}. ${explains}`);
}

function printable(text: string): string {
  return JSON.stringify(text.slice(0, 80)).slice(1, -1);
}
