// A predict request as code for curl, Python and Java.

/** @param call with `url`, `type` (media type), and `body`; a null body means the bytes of `file` */
export function snippet(language, call) {
  return { curl, python, java }[language](call);
}

function curl({ url, type, body, file }) {
  const data = body === null ? `--data-binary @${file}` : `--data-binary '${body.replaceAll("'", "'\\''")}'`;
  return `curl -s ${url} \\\n  -H 'Content-Type: ${type}' \\\n  ${data}`;
}

function python({ url, type, body, file }) {
  const data = body === null ? `open("${file}", "rb").read()` : `${JSON.stringify(body)}.encode()`;
  return `import json
from urllib.request import Request, urlopen

request = Request(
    "${url}",
    data=${data},
    headers={"Content-Type": "${type}"},
)
with urlopen(request) as answer:
    print(json.load(answer)["output"])`;
}

function java({ url, type, body, file }) {
  const data =
    body === null
      ? `BodyPublishers.ofFile(Path.of("${file}"))`
      : `BodyPublishers.ofString(${JSON.stringify(body)})`;
  return `var request = HttpRequest.newBuilder(URI.create("${url}"))
    .header("Content-Type", "${type}")
    .POST(${data})
    .build();
var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
System.out.println(answer.body());`;
}
