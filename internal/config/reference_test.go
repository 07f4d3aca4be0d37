package config

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the table of config keys in docs/config.md")

// README.md's table of keys is made from the structs, between two markers.
func TestReferenceMatchesDocs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(root, "docs", "config.md")
	document, err := os.ReadFile(path)
	require.NoError(t, err)
	table := regexp.MustCompile(`(?s)(<!-- config: .*? -->\n).*(<!-- /config -->\n)`)
	require.Len(t, table.FindAll(document, -1), 1, "one pair of markers")
	want := table.ReplaceAllString(string(document), "${1}"+strings.ReplaceAll(referenceTable(Docs()), "$", "$$")+"${2}")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
		return
	}
	require.Equal(t, want, string(document), "run: go test ./internal/config -run Reference -update")
}

func referenceTable(keys []Key) string {
	var text strings.Builder
	text.WriteString("| key | type | default | what it sets | allowed |\n|---|---|---|---|---|\n")
	for _, key := range keys {
		writeRows(&text, key)
	}
	return text.String()
}

func writeRows(text *strings.Builder, key Key) {
	name := strings.TrimPrefix(key.Name, Namespace+":")
	fmt.Fprintf(text, "| `%s` | %s | %s | %s | %s |\n", name, key.Type, referenceDefault(key), key.Description, key.Allowed)
	for _, field := range key.Fields {
		writeRows(text, field)
	}
}

func referenceDefault(key Key) string {
	switch {
	case key.Required:
		return "required"
	case key.Default != "":
		return "`" + key.Default + "`"
	default:
		return ""
	}
}
