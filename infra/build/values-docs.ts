import { isMap, isNode, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml';

/** The part of a JSON schema that is shown. */
interface Rule {
  readonly $ref?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Rule>>;
  readonly definitions?: Readonly<Record<string, Rule>>;
}

interface Row {
  readonly path: string;
  /** Undefined for a group. */
  readonly value: string | undefined;
  readonly rule: string;
  readonly meaning: string;
}

const HEAD = `# Values of the chart

Made by \`npm run docs:values\` from the chart's values.yaml (what a value means) and values.schema.json (what it may be); how they are used stands in [operate](operate.md).
\`detectors.<name>\` takes all that stands under \`detectorDefaults\`.

| value | default | may be | meaning |
| --- | --- | --- | --- |
`;

/** The page docs/values.md. @throws Error where a value has no rule in the schema */
export function valuesDocs(values: string, schema: Rule): string {
  const { contents } = parseDocument(values);
  if (!isMap(contents)) throw new Error('values.yaml holds no map');
  const rows = rowsOf(contents, { path: '', rule: schema, root: schema });
  return HEAD + rows.map(({ path, value, rule, meaning }) => line([code(path), code(value), rule, meaning])).join('');
}

interface Place {
  readonly path: string;
  readonly rule: Rule;
  readonly root: Rule;
}

function rowsOf(map: YAMLMap, { path, rule, root }: Place): Row[] {
  return map.items.flatMap((pair, index) => {
    const name = String(pair.key);
    const place = { path: path === '' ? name : `${path}.${name}`, rule: ruleOf(name, rule, root), root };
    // The parser gives a map the comment that stands above its first key.
    const meaning = meaningOf(pair, index === 0 ? map.commentBefore : undefined);
    if (!isMap(pair.value) || place.rule.properties === undefined)
      return [{ path: place.path, value: inline(pair.value), rule: describe(place.rule), meaning }];
    const below = rowsOf(pair.value, place);
    return meaning === '' ? below : [{ path: place.path, value: undefined, rule: '', meaning }, ...below];
  });
}

function ruleOf(name: string, of: Rule, root: Rule): Rule {
  const found = of.properties?.[name];
  if (found === undefined) throw new Error(`the schema has no rule for ${name}`);
  const reference = found.$ref?.replace('#/definitions/', '');
  return reference === undefined ? found : (root.definitions?.[reference] ?? found);
}

function meaningOf(pair: Pair, above: string | null | undefined): string {
  const key = isNode(pair.key) ? pair.key.commentBefore : undefined;
  const behind = isNode(pair.value) ? pair.value.comment : undefined;
  return (
    [above, key, behind]
      .filter((text) => text !== null && text !== undefined)
      // What stands apart at the head is about the whole file.
      .map((text) => text.split(/\n\s*\n/).at(-1))
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

const inline = (value: unknown): string => {
  if (isScalar(value)) return value.value === '' ? "''" : String(value.value);
  return JSON.stringify(isNode(value) ? value.toJSON() : value);
};

function describe({ enum: words, minimum, maximum, pattern }: Rule): string {
  if (words !== undefined) return words.map((word) => code(word === '' ? "''" : String(word))).join(', ');
  if (minimum !== undefined) return maximum === undefined ? `${minimum} or more` : `${minimum} to ${maximum}`;
  return code(pattern);
}

const code = (text: string | undefined): string => (text === undefined ? '' : `\`${text.replaceAll('|', '\\|')}\``);

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
