// Package doctest holds parts of documents to the code that they are made from. It is for tests.
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

// Check compares a part of the document at a path with the text that it is made of, or rewrites it with -update, as
// command does. The part stands between <!-- FAMILY: NAME ... --> and <!-- /FAMILY -->. The only part of a family has
// no name.
func Check(t *testing.T, path, family, name, text, command string) {
	t.Helper()
	document, err := os.ReadFile(path) //nolint:gosec // The test's own choice.
	require.NoError(t, err)
	part := regexp.MustCompile(`(?s)(<!-- ` + family + `: ` + name + `[^\n]*-->\n).*?(<!-- /` + family + ` -->\n)`)
	require.Len(t, part.FindAll(document, -1), 1, "one pair of markers of %s %s", family, name)
	want := part.ReplaceAllString(string(document), "${1}"+strings.ReplaceAll(text, "$", "$$")+"${2}")
	Whole(t, path, want, command)
}

// Whole compares the document at a path with the text that it is made of, or rewrites it with -update.
func Whole(t *testing.T, path, want, command string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600)) //nolint:gosec // The test's own choice.
		return
	}
	document, err := os.ReadFile(path) //nolint:gosec // As above.
	require.NoError(t, err)
	if want != string(document) { // Whole documents are too long to print.
		t.Errorf("%s is not what the code says; run: %s", path, command)
	}
}
