package docs

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

const sample = "# A sample, `quoted`\n\nSee [here](#a-sample-quoted), [there](#nowhere), [a file](other.md), [the web](https://x.org/#y).\n" +
	"`service.cpu` and `service.cqu: 1` in `main.go`, `live-beats:hots`, `secrets.ANY`.\n\n" +
	"```yaml\n  live-beats:tls:\n    request: true\n    reqest: true\n```\n\n" +
	"<!-- a.json -->\n```json\n{}\n```\n\n" +
	"```sh\ngo run . up --config \\\n  host=a.example.com    # exit status 2\npulumi config set --path 'network.mod' x\n```\n\n" +
	"```console\nhalf of it\n$ go run . status\none\n  two\n...\nfour\n```\n"

// TestChecks: each check finds the mistakes in a sample document.
func TestChecks(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"#nowhere", "other.md"},
		brokenLinks(t.TempDir(), "sample.md", map[string]string{"sample.md": sample}))
	require.Equal(t, []string{"network.mod", "service.cqu", "live-beats:hots", "live-beats:tls.reqest"}, unknownKeys(sample))
	found := blocks(sample)
	require.Equal(t, block{"a.json", "json", "{}\n"}, found[1])
	all := steps(found)
	require.Equal(t, []step{
		{"go run . up --config   host=a.example.com    # exit status 2\n", "exit status 2\n...\nhalf of it\n"},
		{"go run . status\n", "\n...\none\n  two\n...\nfour\n"},
	}, all)
}

// TestCheck compares the output of several runs with one transcript.
func TestCheck(t *testing.T) {
	t.Parallel()
	s := step{"go run . up", "\n...\none\n  two\n...\nfour\nexit status 2\n"}
	failed := errors.New("exit status 2")
	for name, test := range map[string]struct {
		output string
		err    error
		want   string
	}{
		"as shown":     {"zero\none two three\nfour\n", failed, ""},
		"success":      {"zero\none two three\nfour\n", nil, `ended with "", but the document shows "exit status 2"`},
		"another text": {"one 2 three\nfour\n", failed, `"one two" is missing in the output, or out of order`},
		"other order":  {"four\none two\n", failed, `"four exit status 2" is missing in the output, or out of order`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := s.check(test.output, test.err)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}
