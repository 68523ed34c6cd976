// Exits 0 when the program whose health URL is given says that it is well. The slim image has no curl.
const [, , url] = process.argv;
const answer = await fetch(url, { signal: AbortSignal.timeout(4_000) });
if (!answer.ok) {
  console.error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  process.exitCode = 1;
}
