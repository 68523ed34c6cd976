import { readdirSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '../..');

/** A field of an event that takes any text, by its path: `agreement.SignedEvent: coFunders.name`. */
export type TextField = Readonly<{ context: string; event: string; path: string; name: string }>;

/**
 * Every type of event that any contract publishes, with the fields of its data that hold any text at
 * all, as the compiler sees them: numbers, truth values and choices among words hold nobody's name.
 */
export function readContracts(): Readonly<{ events: readonly string[]; texts: TextField[] }> {
  const contexts = readdirSync(join(ROOT, 'libs')).filter((name) => existsSync(contractOf(name)));
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  const program = ts.createProgram(contexts.map(contractOf), { ...options, incremental: false });
  const checker = program.getTypeChecker();
  const [events, texts]: [string[], TextField[]] = [[], []];
  for (const context of contexts) {
    const source = program.getSourceFile(contractOf(context));
    const module = source && checker.getSymbolAtLocation(source);
    for (const symbol of module ? checker.getExportsOfModule(module) : []) {
      const type = checker.getDeclaredTypeOfSymbol(symbol);
      const data = eventDataOf(type, checker);
      if (data === undefined) continue;
      const event = symbol.getName();
      events.push(event);
      for (const path of textPathsOf(data, checker)) {
        texts.push({ context, event, path, name: path.split('.').at(-1) ?? '' });
      }
    }
  }
  return { events, texts };
}

const contractOf = (context: string): string => join(ROOT, 'libs', context, 'src/contract.ts');

/** Of one event, not of a union of them. */
function eventDataOf(type: ts.Type, checker: ts.TypeChecker): ts.Type | undefined {
  if (type.isUnion()) return undefined;
  const [kind, data] = ['type', 'data'].map((name) => checker.getPropertyOfType(type, name));
  if (kind === undefined || data === undefined) return undefined;
  return checker.getTypeOfSymbol(kind).isStringLiteral()
    ? checker.getTypeOfSymbol(data)
    : undefined;
}

function textPathsOf(type: ts.Type, checker: ts.TypeChecker, prefix = ''): string[] {
  return checker.getPropertiesOfType(type).flatMap((property) => {
    const path = `${prefix}${property.getName()}`;
    return textsIn(checker.getTypeOfSymbol(property), checker, path);
  });
}

function textsIn(type: ts.Type, checker: ts.TypeChecker, path: string): string[] {
  if (type.isUnion())
    return [...new Set(type.types.flatMap((each) => textsIn(each, checker, path)))];
  if ((type.flags & ts.TypeFlags.String) !== 0) return [path];
  if ((type.flags & ts.TypeFlags.Object) === 0 && !type.isIntersection()) return [];
  const index = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
  if (index) return textsIn(index, checker, path);
  const byName = checker.getIndexTypeOfType(type, ts.IndexKind.String);
  if (byName) return [`${path}.*`, ...textsIn(byName, checker, path)];
  return textPathsOf(type, checker, `${path}.`);
}
