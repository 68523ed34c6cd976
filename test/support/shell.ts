import { spawn, type ChildProcess } from 'node:child_process';

/** Said by the shell when a line is done. */
const DONE = '-- done --';

/** A shell that stays, so that one line knows what the line before has set. */
export class Shell {
  readonly #shell: ChildProcess;
  #said = '';
  #isDone: () => void = () => undefined;

  constructor(folder: string) {
    this.#shell = spawn('bash', [], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#shell.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#said += chunk;
      if (this.#said.includes(DONE)) this.#isDone();
    });
  }

  /** Types a line and answers what was said until it was done. */
  async type(line: string): Promise<string> {
    this.#said = '';
    const done = new Promise<void>((resolve) => (this.#isDone = resolve));
    this.#shell.stdin?.write(`${line}\necho; echo '${DONE}'\n`);
    await done;
    return this.#said.slice(0, this.#said.indexOf(DONE)).trimEnd();
  }

  end(): void {
    this.#shell.stdin?.end();
  }
}
