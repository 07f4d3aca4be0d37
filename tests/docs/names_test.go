package docs

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/config"
	"github.com/live-beats/live-beats-aws/tests/suite"
)

var (
	linkRule    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headingRule = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	codeRule    = regexp.MustCompile("`([^`\n]+)`")
	dottedRule  = regexp.MustCompile(`^(?:live-beats:[\w.]+|[a-z]\w*\.[a-z]\w*)$`)
	configRule  = regexp.MustCompile(`pulumi config (?:set|get|rm) (?:--path )?'?([\w.:-]+)`)
	fileRule    = regexp.MustCompile(`\.(?:go|md|ya?ml|json|ex|eex|example)$`)
)

// TestLinks: every file and every heading that a document links to exists.
func TestLinks(t *testing.T) {
	t.Parallel()
	texts := documents(t)
	root, err := suite.Root()
	require.NoError(t, err)
	for name := range texts {
		require.Empty(t, brokenLinks(root, name, texts), name)
	}
}

func brokenLinks(root, name string, texts map[string]string) (broken []string) {
	text := codeRule.ReplaceAllString(prose(texts[name]), "")
	for _, match := range linkRule.FindAllStringSubmatch(text, -1) {
		file, anchor, anchored := strings.Cut(match[1], "#")
		if strings.Contains(file, "://") {
			continue
		}
		target := name
		var err error
		if file != "" {
			target = path.Join(path.Dir(name), file)
			_, err = os.Stat(filepath.Join(root, target))
		}
		if err != nil || anchored && !slices.Contains(anchors(texts[target]), anchor) {
			broken = append(broken, match[1])
		}
	}
	return broken
}

// anchors returns the anchors that GitHub gives the headings of a document. It does not number headings of the same
// text.
func anchors(document string) (all []string) {
	for _, match := range headingRule.FindAllStringSubmatch(prose(document), -1) {
		text := notInAnchor.ReplaceAllString(strings.ToLower(match[1]), "")
		all = append(all, strings.ReplaceAll(text, " ", "-"))
	}
	return all
}

// TestKeys: every config key that a document names, sets or shows in YAML exists.
func TestKeys(t *testing.T) {
	t.Parallel()
	for name, text := range documents(t) {
		if name != "docs/sandbox.md" { // Its dotted names are properties of AWS resources.
			require.Empty(t, unknownKeys(text), name)
		}
	}
}

func unknownKeys(document string) (unknown []string) {
	var named []string
	for _, match := range configRule.FindAllStringSubmatch(document, -1) {
		named = append(named, match[1])
	}
	for _, match := range codeRule.FindAllStringSubmatch(prose(document), -1) {
		key, _, _ := strings.Cut(match[1], ": ")
		key, _, _ = strings.Cut(key, "=")
		if dottedRule.MatchString(key) && !fileRule.MatchString(key) {
			named = append(named, key)
		}
	}
	for _, b := range blocks(document) {
		if b.language == "yaml" {
			named = append(named, yamlKeys(b.text)...)
		}
	}
	known := map[string]config.Key{}
	collectKeys(known, config.Docs())
	for _, key := range named {
		if !isKey(known, key) {
			unknown = append(unknown, key)
		}
	}
	return unknown
}

// yamlKeys returns the keys of a stack file, and the fields of its objects as "key.field".
func yamlKeys(text string) (keys []string) {
	var file map[string]any
	if err := yaml.Unmarshal([]byte(text), &file); err != nil {
		return []string{fmt.Sprintf("%q: %v", text, err)}
	}
	for _, key := range slices.Sorted(maps.Keys(file)) {
		keys = append(keys, key)
		if fields, ok := file[key].(map[string]any); ok {
			for _, field := range slices.Sorted(maps.Keys(fields)) {
				keys = append(keys, key+"."+field)
			}
		}
	}
	return keys
}

func collectKeys(known map[string]config.Key, keys []config.Key) {
	for _, key := range keys {
		known[strings.TrimPrefix(key.Name, config.Namespace+":")] = key
		collectKeys(known, key.Fields)
	}
}

// isKey reports whether name is a config key. An object without documented fields accepts any field.
func isKey(known map[string]config.Key, name string) bool {
	name = strings.TrimPrefix(name, config.Namespace+":")
	if _, ok := known[name]; ok {
		return true
	}
	object, _, dotted := strings.Cut(name, ".")
	key := known[object]
	return dotted && key.Type == "object" && len(key.Fields) == 0
}
