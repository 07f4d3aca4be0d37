package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/doctest"
)

const root = "../.."

func project(t *testing.T) *workspace.Project {
	t.Helper()
	loaded, err := workspace.LoadProject(filepath.Join(root, "Pulumi.yaml"))
	require.NoError(t, err)
	return loaded
}

func stackValues(t *testing.T, file string) map[string]string {
	t.Helper()
	stack, err := workspace.LoadProjectStack(nil, project(t), file)
	require.NoError(t, err)
	decrypted, err := stack.Config.Decrypt(config.NopDecrypter)
	require.NoError(t, err)
	values := map[string]string{}
	for key, value := range decrypted {
		values[key.String()] = value
	}
	return values
}

// Pulumi.yaml lists the keys of the structs, with their types, defaults and texts.
func TestReferenceMatchesProjectFile(t *testing.T) {
	t.Parallel()
	require.Equal(t, Namespace, project(t).Name.String())
	path := filepath.Join(root, "Pulumi.yaml")
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	head, _, ok := strings.Cut(string(file), "config:\n")
	require.True(t, ok)
	var keys yaml.Node
	keys.Kind = yaml.MappingNode
	for _, key := range Docs() {
		name, own := strings.CutPrefix(key.Name, Namespace+":")
		if !own {
			continue
		}
		var declared, scalar yaml.Node
		require.NoError(t, declared.Encode(struct {
			Type        string `yaml:"type"`
			Description string `yaml:"description"`
			Default     any    `yaml:"default,omitempty"`
		}{key.Type, key.Text(), projectDefault(t, key)}))
		require.NoError(t, scalar.Encode(name))
		keys.Content = append(keys.Content, &scalar, &declared)
	}
	var text strings.Builder
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	require.NoError(t, encoder.Encode(map[string]*yaml.Node{"config": &keys}))
	doctest.Whole(t, path, head+text.String(), "go test ./internal/config -run Reference -update")
}

// projectDefault returns a key's default for Pulumi.yaml. The engine requires a value for each key without one.
func projectDefault(t *testing.T, key Key) any {
	t.Helper()
	switch {
	case key.Required:
		return nil
	case key.Type == "object":
		return &map[string]any{}
	case key.Type == "boolean":
		value, err := strconv.ParseBool(key.Default)
		require.NoError(t, err)
		return &value
	default:
		return &key.Default
	}
}

// The engine adds the defaults in Pulumi.yaml to the values that a stack sets. This must not change the result.
func TestProjectDefaultsAreTheDefaults(t *testing.T) {
	t.Parallel()
	bare, err := Parse("staging", with(nil))
	require.NoError(t, err)
	values := map[string]string{}
	for name, declared := range project(t).Config {
		switch value := declared.Default.(type) {
		case nil:
		case string, bool:
			values[ownKey(name)] = fmt.Sprint(value)
		default:
			text, err := json.Marshal(value)
			require.NoError(t, err)
			values[ownKey(name)] = string(text)
		}
	}
	defaulted, err := Parse("staging", with(values))
	require.NoError(t, err)
	require.Equal(t, bare, defaulted)
}

func TestStackFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(root, "Pulumi.*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			stack := strings.Split(filepath.Base(file), ".")[1]
			_, err := Parse(stack, stackValues(t, file))
			require.NoError(t, err)
		})
	}
}

// Staging sets the guide's parameters explicitly. They are the defaults.
func TestStagingIsTheGuides(t *testing.T) {
	t.Parallel()
	staging, err := Parse("staging", stackValues(t, filepath.Join(root, "Pulumi.staging.yaml")))
	require.NoError(t, err)
	defaults, err := Parse("staging", map[string]string{
		"aws:region":       "eu-west-2",
		"live-beats:image": "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:latest",
	})
	require.NoError(t, err)
	require.Equal(t, defaults.Region, staging.Region)
	require.Equal(t, defaults.Secrets, staging.Secrets)
}

func TestEveryKeyIsDocumentedAndItsTagsHold(t *testing.T) {
	t.Parallel()
	var check func(object reflect.Type)
	check = func(object reflect.Type) {
		for i := range object.NumField() {
			field := object.Field(i)
			tag, name := field.Tag, object.Name()+"."+field.Name
			if field.Type.Kind() == reflect.Struct && tag.Get("format") == "" {
				check(field.Type)
			}
			if _, ok := tag.Lookup("key"); !ok {
				continue
			}
			require.NotEmpty(t, tag.Get("doc"), name)
			if rule, ok := tag.Lookup("format"); ok && rule != portsFormat {
				require.Contains(t, formats, rule, name)
			}
			if rule, ok := tag.Lookup("range"); ok {
				require.Contains(t, ranges, rule, name)
			}
			for _, bound := range []string{tag.Get("min"), tag.Get("max")} {
				require.Regexp(t, `^\d*$`, bound, name)
			}
		}
	}
	check(reflect.TypeFor[Config]())
}
