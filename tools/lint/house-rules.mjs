import { builtinModules } from 'node:module';

/**
 * The house rules as lint. Each says what to do instead, and each has its offender in
 * test/lint.spec.ts. Where a rule applies is decided in eslint.config.mjs.
 */
export const rules = {
  'no-clock': forbid(
    'Time enters with the command: pass the day or the instant in its data.',
    globals('performance', 'Temporal'),
    selectors(
      'MemberExpression[object.name="Date"][property.name="now"]',
      'NewExpression[callee.name="Date"][arguments.length=0]',
      'CallExpression[callee.name="Date"]',
    ),
  ),
  'no-chance': forbid(
    'Ids and chance enter with the command: draw them in the use case and pass them in its data.',
    globals('crypto'),
    selectors('MemberExpression[object.name="Math"][property.name="random"]'),
  ),
  'no-waiting': forbid(
    'A pure function has all it needs: fetch it in the use case and pass it in as data.',
    globals('Promise', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'),
    selectors('AwaitExpression', ':function[async=true]', 'ForOfStatement[await=true]'),
  ),
  'no-decorators': forbid(
    'The domain knows no framework: write functions and types, and let a use case wire them.',
    selectors('Decorator'),
  ),
  'no-io': forbid(
    'Nothing goes in or out here: do it in a use case or an adapter and pass the data.',
    globals('fetch', 'console', 'process', 'require', 'WebSocket', 'EventSource', 'XMLHttpRequest'),
    selectors('ImportExpression'),
    imports((name) => name.startsWith('node:') || builtinModules.includes(name)),
  ),
  'env-only-in-config': forbid(
    'Read the variable once in libs/platform/src/config, then inject the value.',
    selectors(
      'MemberExpression[object.name="process"][property.name="env"]',
      'MemberExpression[object.name="process"][property.value="env"]',
      'VariableDeclarator[init.name="process"] Property[key.name="env"]',
    ),
    imports((name) => name === 'process' || name === 'node:process'),
  ),
  'no-forward-ref': forbid(
    'Two classes that need each other hide a third: move the shared part there, or react to an event.',
    selectors(
      'ImportSpecifier[imported.name="forwardRef"]',
      'CallExpression[callee.name="forwardRef"]',
    ),
  ),
  'no-export-star': forbid(
    'A front door names what it lets out: export each thing by name.',
    selectors('ExportAllDeclaration'),
  ),
  'no-default-export': forbid(
    'A thing has one name everywhere: export it by that name.',
    selectors('ExportDefaultDeclaration', 'ExportSpecifier[exported.name="default"]'),
  ),
  'no-console': forbid(
    'Use the injected logger, which redacts; only the main of a program writes to the console.',
    globals('console'),
  ),
};

/** A rule that reports everything its finders find, with one message: the remedy. */
function forbid(remedy, ...finders) {
  return {
    meta: { type: 'problem', schema: [], messages: { remedy } },
    create(context) {
      const report = (node) => context.report({ node, messageId: 'remedy' });
      return Object.assign({}, ...finders.map((find) => find(report, context)));
    },
  };
}

function selectors(...patterns) {
  return (report) => ({ [patterns.join(', ')]: report });
}

/** Globals by their true meaning: a parameter that happens to be called `process` is none. */
function globals(...names) {
  return (report, { sourceCode }) => ({
    'Program:exit'(program) {
      const scope = sourceCode.getScope(program);
      const declared = names.flatMap((name) => scope.set.get(name)?.references ?? []);
      [...declared, ...scope.through]
        .filter(({ identifier }) => names.includes(identifier.name))
        .forEach(({ identifier }) => report(identifier));
    },
  });
}

function imports(isForbidden) {
  return (report) => ({
    'ImportDeclaration, ExportNamedDeclaration[source], ExportAllDeclaration'(node) {
      if (isForbidden(node.source.value)) report(node);
    },
  });
}
