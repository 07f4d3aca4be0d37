package ecr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

const (
	keyType        = "aws:kms/key:Key"
	repositoryType = "aws:ecr/repository:Repository"
	lifecycleType  = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
)

var with = sandboxtest.Merge

func TestRepositoryRules(t *testing.T) {
	t.Parallel()
	encrypt := func(in provider.Props) provider.Props {
		return provider.Props{"encryptionConfigurations": []any{in}}
	}
	const pattern = ` does not match ^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$`
	for name, test := range map[string]struct {
		change provider.Props
		want   string
	}{
		"nothing else": {provider.Props{}, ""},
		"a path":       {provider.Props{"name": "team/live-beats__app"}, ""},
		"KMS":          {encrypt(provider.Props{"encryptionType": "KMS"}), ""},
		"own key":      {encrypt(provider.Props{"encryptionType": "KMS", "kmsKey": "$key.arn"}), ""},
		"capitals":     {provider.Props{"name": "App"}, `name: "App"` + pattern},
		"end":          {provider.Props{"name": "app-"}, `name: "app-"` + pattern},
		"short":        {provider.Props{"name": "a"}, "name: must have at least 2 characters"},
		"long":         {provider.Props{"name": strings.Repeat("a", 257)}, `name: cannot be longer than 256 characters: "` + strings.Repeat("a", 257) + `" has 257`},
		"taken":        {provider.Props{"name": "taken"}, "RepositoryAlreadyExistsException: The repository with name 'taken' already exists in the registry with id '123456789012'"},
		"mutability":   {provider.Props{"imageTagMutability": "NEVER"}, "imageTagMutability: expected one of [MUTABLE, IMMUTABLE], got NEVER"},
		"scan":         {provider.Props{"imageScanningConfiguration": provider.Props{}}, "imageScanningConfiguration.scanOnPush: missing required property"},
		"encryption":   {encrypt(provider.Props{"encryptionType": "DES"}), "encryptionConfigurations[0].encryptionType: expected one of [AES256, KMS], got DES"},
		"AES with key": {encrypt(provider.Props{"kmsKey": "$key.arn"}), "encryptionConfigurations[0].kmsKey: must not be set when encryptionType is AES256"},
		"missing key":  {encrypt(provider.Props{"encryptionType": "KMS", "kmsKey": "k"}), "KmsException: The KMS key 'k' does not exist or is not enabled"},
		"two":          {provider.Props{"encryptionConfigurations": []any{provider.Props{}, provider.Props{}}}, "encryptionConfigurations: expected at most 1 items, got 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, a.Make(keyType, "key", provider.Props{}))
			require.NoError(t, a.Make(repositoryType, "taken", provider.Props{"name": "taken"}))
			sandboxtest.RequireError(t, a.Make(repositoryType, "repository", with(provider.Props{"name": "app"}, test.change)), test.want)
		})
	}
}

// selection is one rule of a lifecycle policy.
func selection(priority int, selection string) string {
	return fmt.Sprintf(`{"rulePriority": %d, "description": "a rule", "selection": {%s}, "action": {"type": "expire"}}`,
		priority, selection)
}

func rules(rules ...string) string { return `{"rules": [` + strings.Join(rules, ", ") + `]}` }

func TestLifecyclePolicyRules(t *testing.T) {
	t.Parallel()
	const (
		untagged = `"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 14`
		tagged   = `"tagStatus": "tagged", "tagPrefixList": ["v"], "countType": "imageCountMoreThan", "countNumber": 10`
		anyTag   = `"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100`
	)
	swap := func(text, old, replacement string) string {
		require.Contains(t, text, old)
		return rules(selection(1, strings.Replace(text, old, replacement, 1)))
	}
	many := make([]string, 51)
	for i := range many {
		many[i] = selection(i+1, tagged)
	}
	const start = "policy: InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: " +
		"'Lifecycle policy validation failure: "
	for name, test := range map[string]struct{ policy, want string }{
		"one":             {rules(selection(1, untagged)), ""},
		"three":           {rules(selection(3, anyTag), selection(1, untagged), selection(2, tagged)), ""},
		"pattern":         {swap(tagged, "tagPrefixList", "tagPatternList"), ""},
		"no rule":         {rules() + strings.Repeat(" ", 100), "expected 1 to 50 rules and at least 100 characters"},
		"too many":        {rules(many...), "expected 1 to 50 rules and at least 100 characters"},
		"too short":       {`{"rules":[{"rulePriority":1}]}`, "expected 1 to 50 rules and at least 100 characters"},
		"unknown key":     {swap(untagged, "tagStatus", "status"), `json: unknown field "status"`},
		"priority 0":      {rules(selection(0, untagged)), "rule 0: rulePriority must be at least 1"},
		"priority twice":  {rules(selection(1, untagged), selection(1, tagged)), "rulePriority 1 is used twice"},
		"any not last":    {rules(selection(1, anyTag), selection(2, tagged)), "rule 1: a rule with tagStatus any must have the highest rulePriority"},
		"status":          {swap(untagged, "untagged", "old"), "rule 1: tagStatus must be tagged, untagged or any"},
		"tagged how":      {swap(tagged, `["v"]`, "[]"), "rule 1: tagStatus tagged needs tagPrefixList or tagPatternList, not both"},
		"tagged twice":    {swap(tagged, `"tagPrefixList"`, `"tagPatternList": ["v*"], "tagPrefixList"`), "rule 1: tagStatus tagged needs tagPrefixList or tagPatternList, not both"},
		"untagged prefix": {swap(tagged, `"tagged"`, `"untagged"`), "rule 1: only tagStatus tagged takes tagPrefixList or tagPatternList"},
		"count 0":         {swap(anyTag, "100", "0"), "rule 1: countNumber must be at least 1"},
		"count type":      {swap(anyTag, "imageCountMoreThan", "sizeMoreThan"), "rule 1: countType must be imageCountMoreThan or sinceImagePushed"},
		"count in weeks":  {swap(untagged, "days", "weeks"), "rule 1: countType sinceImagePushed needs countUnit days"},
		"count with unit": {swap(untagged, "sinceImagePushed", "imageCountMoreThan"), "rule 1: countType imageCountMoreThan takes no countUnit"},
		"action":          {strings.Replace(rules(selection(1, untagged)), "expire", "archive", 1), "rule 1: action.type must be expire"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := sandboxtest.New(t)
			require.NoError(t, a.Make(repositoryType, "repository", provider.Props{"name": "app"}))
			want := test.want
			if want != "" {
				want = start + want + "'"
			}
			sandboxtest.RequireError(t, a.Make(lifecycleType, "policy", provider.Props{"repository": "$repository.name", "policy": test.policy}), want)
		})
	}
	a := sandboxtest.New(t)
	good := provider.Props{"repository": "app", "policy": rules(selection(1, untagged))}
	sandboxtest.RequireError(t, a.Make(lifecycleType, "policy", good),
		"RepositoryNotFoundException: The repository with name 'app' does not exist in the registry")
	require.NoError(t, a.Make(repositoryType, "repository", provider.Props{"name": "app"}))
	require.NoError(t, a.Make(lifecycleType, "policy", good))
	sandboxtest.RequireError(t, a.Make(lifecycleType, "twice", good),
		"the sandbox refuses a second lifecycle policy of repository 'app': AWS would overwrite the first")
	require.NoError(t, a.Change("policy", provider.Props{"policy": rules(selection(1, anyTag))}))
	a.Steady(t, "policy")
	require.NoError(t, a.RemoveAll())
	require.True(t, a.Sandbox.Empty())
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	a := sandboxtest.New(t)
	require.NoError(t, a.Make(repositoryType, "repository", provider.Props{
		"name": "app", "encryptionConfigurations": []any{provider.Props{"encryptionType": "KMS"}},
	}))
	state := a.Got("repository").State
	require.Equal(t, "arn:aws:ecr:eu-west-2:123456789012:repository/app", state["arn"])
	require.Equal(t, "123456789012.dkr.ecr.eu-west-2.amazonaws.com/app", state["repositoryUrl"])
	a.Steady(t, "repository")
	require.NoError(t, a.Change("repository", provider.Props{"imageTagMutability": "IMMUTABLE"}))

	for name, missing := range map[string]bool{"app:1": false, "app:2": true, "app2:1": false, "app/b@sha256:1": false} {
		a.World.Put(&world.Object{
			Type: "ecs/image", Seeded: true, ID: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/" + name,
			Props: provider.Props{"missing": missing},
		})
	}
	require.EqualError(t, a.Remove("repository"), "RepositoryNotEmptyException: The repository with name 'app' in registry "+
		"with id '123456789012' cannot be deleted because it still contains images")
	require.NoError(t, a.Change("repository", provider.Props{"forceDelete": true}))
	require.NoError(t, a.Remove("repository"))
	require.Len(t, a.World.List("ecs/image", ""), 3, "images of other repositories, and one that was never pushed")
	require.True(t, a.Sandbox.Empty())
}
