import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type ReportRefusal, refuse } from '../domain/refuse';

/** An element of a parsed message: text, or children by name. Amounts and dates stay text. */
export type Node = unknown;

/** A root element under its namespace: ISO 20022 names the message there. */
export type BankDocument = Readonly<{ namespace: string; root: Node }>;

export const BANK_XML_BYTES_MAX = 20 * 1024 * 1024;
/** An ampersand in a name is one; nobody's statement has so many. */
const REFERENCES_MAX = 100_000;

/**
 * Parses a message of the bank. Everything that makes XML dangerous is refused on the text, before a
 * parser sees it: document types, entities, inclusions, encodings other than UTF-8.
 * @throws DomainError of a `ReportRefusal` starting with `xml_`, or `report_kind_unknown`.
 */
export function parseBankXml(content: Uint8Array, bytesMax = BANK_XML_BYTES_MAX): BankDocument {
  if (content.byteLength > bytesMax) return refuse('xml_too_large', { bytesMax });
  const text = decode(content);
  assertHarmless(text);
  if (XMLValidator.validate(text) !== true) return refuse('xml_malformed');
  const parsed = parse(text);
  const { '?xml': _, ...roots } = asElement(parsed) ?? refuse('xml_malformed');
  const document = asElement(roots['Document']);
  if (document === undefined || Object.keys(roots).length !== 1)
    return refuse('report_kind_unknown');
  const namespaces = Object.entries(document)
    .filter(([name]) => name === '@xmlns' || name.startsWith('@xmlns:'))
    .map(([, value]) => String(value))
    .filter((value) => value.startsWith(ISO_20022));
  const [namespace, other] = namespaces;
  if (namespace === undefined || other !== undefined) return refuse('report_kind_unknown');
  return { namespace: namespace.slice(ISO_20022.length), root: document };
}

const ISO_20022 = 'urn:iso:std:iso:20022:tech:xsd:';

/** The child at that path, undefined where any step is missing. @throws `xml_malformed` if repeated. */
export function childOf(node: Node, ...path: readonly string[]): Node {
  let reached = node;
  for (const name of path) {
    if (Array.isArray(reached)) return refuse('xml_malformed', { element: name });
    reached = asElement(reached)?.[name];
  }
  return Array.isArray(reached) ? refuse('xml_malformed', { element: path.join('/') }) : reached;
}

/** Every child of that name, in the document's order. */
export function childrenOf(node: Node, name: string): readonly Node[] {
  const children = asElement(node)?.[name];
  if (children === undefined) return [];
  return Array.isArray(children) ? (children as readonly Node[]) : [children];
}

/** The text at that path, references resolved; undefined where there is none. */
export function textOf(node: Node, ...path: readonly string[]): string | undefined {
  const found = childOf(node, ...path);
  const text = typeof found === 'string' ? found : asElement(found)?.['#text'];
  return typeof text === 'string' && text !== '' ? unescape(text) : undefined;
}

/** @throws DomainError `xml_malformed` where the text is missing. */
export const needTextOf = (node: Node, ...path: readonly string[]): string =>
  textOf(node, ...path) ?? refuse('xml_malformed', { element: path.join('/') });

export function attributeOf(node: Node, name: string): string | undefined {
  const value = asElement(node)?.[`@${name}`];
  return typeof value === 'string' ? unescape(value) : undefined;
}

const asElement = (node: Node): Readonly<Record<string, Node>> | undefined =>
  typeof node === 'object' && node !== null && !Array.isArray(node)
    ? (node as Readonly<Record<string, Node>>)
    : undefined;

function decode(content: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return refuse('xml_encoding');
  }
  const [, declared = 'UTF-8'] = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']/.exec(text) ?? [];
  return /^utf-?8$/i.test(declared) ? text : refuse('xml_encoding');
}

function assertHarmless(text: string): void {
  const no = (code: ReportRefusal): never => refuse(code);
  // XML 1.0 has no such characters.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) no('xml_malformed');
  if (/<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(text)) no('xml_doctype');
  if (text.includes('http://www.w3.org/2001/XInclude')) no('xml_entities');
  let references = 0;
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    references += 1;
    REFERENCE.lastIndex = at;
    if (references > REFERENCES_MAX || !REFERENCE.test(text)) no('xml_entities');
  }
}

/** The five that XML itself knows, and characters by number. */
const REFERENCE = /&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});/y;

function parse(text: string): unknown {
  try {
    return PARSER.parse(text);
  } catch {
    // Too deep, or a name that is reserved in JavaScript: no message of a bank has either.
    return refuse('xml_malformed');
  }
}

const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  transformTagName: (name) => name.slice(name.indexOf(':') + 1),
});

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(#x[0-9A-Fa-f]+|#[0-9]+|[a-z]+);/g, (_, name: string) => {
    const named = NAMED.get(name);
    if (named !== undefined) return named;
    const code = name.startsWith('#x') ? parseInt(name.slice(2), 16) : Number(name.slice(1));
    const isScalar = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isScalar ? String.fromCodePoint(code) : refuse('xml_malformed');
  });
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);
