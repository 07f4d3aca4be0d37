// Package doctest compares generated parts of documents with the code that they are generated from. It is for tests.
package doctest

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the generated parts of documents")

// Check fails the test unless the generated part of the document at path is text. With the flag -update it writes text
// into the document instead. The part is what stands between <!-- FAMILY: NAME ... --> and <!-- /FAMILY -->. If a
// family has only one part, name is "". command is the command that updates the document, for the failure message.
func Check(t *testing.T, path, family, name, text, command string) {
	t.Helper()
	document, err := os.ReadFile(path) //nolint:gosec // The test chooses the path.
	require.NoError(t, err)
	part := regexp.MustCompile(`(?s)(<!-- ` + family + `: ` + name + `[^\n]*-->\n).*?(<!-- /` + family + ` -->\n)`)
	require.Len(t, part.FindAll(document, -1), 1, "%s must have one pair of markers for %s %s", path, family, name)
	want := part.ReplaceAllString(string(document), "${1}"+strings.ReplaceAll(text, "$", "$$")+"${2}")
	Whole(t, path, want, command)
}

// Whole fails the test unless the document at path is want. With the flag -update it writes want to path instead.
func Whole(t *testing.T, path, want, command string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600)) //nolint:gosec // The test chooses the path.
		return
	}
	document, err := os.ReadFile(path) //nolint:gosec // As above.
	require.NoError(t, err)
	if want != string(document) { // Documents are too long to print a difference.
		t.Errorf("%s differs from what the code generates; to update it, run: %s", path, command)
	}
}
