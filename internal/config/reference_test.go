package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/live-beats/live-beats-aws/internal/doctest"
)

// docs/config.md's table of keys is made from the structs.
func TestReferenceMatchesDocs(t *testing.T) {
	t.Parallel()
	doctest.Check(t, filepath.Join(root, "docs", "config.md"), "config", "", referenceTable(Docs()),
		"go test ./internal/config -run Reference -update")
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
