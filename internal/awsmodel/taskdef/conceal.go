package taskdef

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// settings are the variables whose values the model needs. They do not hold secrets.
var settings = []string{
	"AWS_ECS_CLUSTER_NAME", "AWS_ECS_CLUSTER_REGION", "AWS_ECS_SERVICE_ARN", "ERL_AFLAGS", "PHX_HOST", "POOL_SIZE", "PORT",
}

// plainWord matches the words of commands that the model needs.
var plainWord = regexp.MustCompile(`^(/app/bin/\w+|/bin/sh|sh|-c|CMD|CMD-SHELL|curl|wget|start|&&)$`)

// databaseHost matches the part of a value that names a database of the account.
var databaseHost = regexp.MustCompile(`[a-z0-9-]+(\.[a-z0-9-]+)+\.rds\.amazonaws\.com`)

// Conceal replaces the parts of container definitions that may be secret by digests: the values of variables and
// labels, and the words of commands. What the model needs stays: names, images, settings, and the database that a value
// names. If the definitions cannot be read, Conceal returns a digest of the whole text.
func Conceal(text string, digest func(string) string) string {
	var containers []map[string]any
	if json.Unmarshal([]byte(text), &containers) != nil {
		return digest(text)
	}
	for _, c := range containers {
		variables, _ := c["environment"].([]any)
		for _, v := range variables {
			concealVariable(v, digest)
		}
		labels, _ := c["dockerLabels"].(map[string]any)
		for name, v := range labels {
			labels[name] = concealValue(v, digest)
		}
		check, _ := c["healthCheck"].(map[string]any)
		for _, command := range []any{c["command"], c["entryPoint"], check["command"]} {
			concealCommand(command, digest)
		}
	}
	concealed, err := json.Marshal(containers)
	if err != nil {
		return digest(text)
	}
	return string(concealed)
}

func concealVariable(v any, digest func(string) string) {
	variable, _ := v.(map[string]any)
	if name, _ := variable["name"].(string); variable["value"] != nil && !slices.Contains(settings, name) {
		variable["value"] = concealValue(variable["value"], digest)
	}
}

func concealValue(v any, digest func(string) string) any {
	text, isText := v.(string)
	if !isText {
		return nil
	}
	return strings.Join(append([]string{digest(text)}, databaseHost.FindAllString(text, -1)...), " ")
}

func concealCommand(v any, digest func(string) string) {
	words, _ := v.([]any)
	for i, word := range words {
		text, _ := word.(string)
		parts := strings.Fields(text)
		for j, part := range parts {
			if !plainWord.MatchString(part) {
				parts[j] = digest(part)
			}
		}
		words[i] = strings.Join(parts, " ")
	}
}
