package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const customerKey = "arn:aws:kms:eu-west-2:123456789012:key/0c0a4a36-4ea0-4f5f-8c0b-0a4c6ad5a4d1"

var withKey = []string{"--config", "live-beats:kmsKeyArn=" + customerKey}

// putKey makes the key with the policy in the README.
func (p *project) putKey() {
	p.Helper()
	readme, err := os.ReadFile("../README.md")
	require.NoError(p, err)
	_, rest, found := strings.Cut(string(readme), "<!-- key.json -->\n```json\n")
	require.True(p, found)
	policy, _, _ := strings.Cut(rest, "```")
	file := filepath.Join(p.dir, "key.json")
	require.NoError(p, os.WriteFile(file, []byte(policy), 0o600))
	p.run("sandbox", "put-key", customerKey, "--policy", file).exits(0)
}

// properties are one property of every resource of a type, by the end of its id.
func (p *project) properties(typ, property string) []any {
	var values []any
	for _, o := range p.world().List(typ, "eu-west-2") {
		values = append(values, o.Props[property])
	}
	return values
}

// onKey is the plan of switching the key of a staging stack: parameters keep theirs, and no task is replaced.
var onKey = []string{
	"~ livebeats:index:Secrets live-beats-staging", "~ livebeats:index:EcsCluster live-beats-staging",
	"~ livebeats:index:IamRoles live-beats-staging", "~ livebeats:index:LiveBeatsService live-beats-staging",
	"~ aws:cloudwatch:LogGroup live-beats-staging-exec-logs", "~ aws:cloudwatch:LogGroup live-beats-staging-logs",
	"~ aws:ecs:Cluster live-beats-staging-cluster", "~ aws:iam:RolePolicy live-beats-staging-task-policy",
}

// TestCustomerKey makes a stack with a key, and takes it away: what was encrypted with it stays readable.
func TestCustomerKey(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	on := func(args ...string) result { return p.run(append(args, withKey...)...) }
	on("up").exits(1).says("InvalidKeyId: Key '" + customerKey + "' does not exist")
	p.run("sandbox", "put-key", customerKey).exits(0)
	on("up").exits(1).says("The specified KMS key does not exist or is not allowed to be used with Arn")
	p.putKey()
	on("up").exits(0)
	on("preview", "--expect-no-changes").exits(0)
	on("refresh").exits(0)
	on("preview", "--expect-no-changes").exits(0)
	parameters := func() []any { return p.properties("aws:ssm/parameter:Parameter", "keyId") }
	require.Equal(t, slices.Repeat([]any{customerKey}, 5), parameters())
	require.Equal(t, slices.Repeat([]any{customerKey}, 2), p.properties("aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"))
	require.Contains(t, fmt.Sprint(p.properties("aws:ecs/cluster:Cluster", "configuration")), "kmsKeyId:"+customerKey)

	require.ElementsMatch(t, onKey, p.run("preview").exits(0).plan())
	p.run("up").exits(0)
	p.run("preview", "--expect-no-changes").exits(0)
	require.Equal(t, slices.Repeat([]any{customerKey}, 5), parameters())
	require.Equal(t, []any{nil, nil}, p.properties("aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"))
	p.run("sandbox", "redeploy", "live-beats-staging").exits(0)
	p.run("status").exits(0)
	p.run("destroy").exits(0)
	p.run("sandbox", "delete", customerKey).exits(0)
	require.True(t, p.world().Empty())
}

// TestCustomerKeyOnALiveStack: data and parameters keep their keys, which is told of the data, until a value is put
// with another one.
func TestCustomerKeyOnALiveStack(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.putKey()
	data := []string{
		"--config", `live-beats:database={"mode": "create"}`,
		"--config", `live-beats:uploads={"mode": "efs", "appPatched": true}`,
	}
	on := func(args ...string) result { return p.run(append(append(args, withKey...), data...)...).exits(0) }
	databaseKey := func() any { return p.properties("aws:rds/instance:Instance", "kmsKeyId")[0] }
	filesKey := func() any { return p.properties("aws:efs/fileSystem:FileSystem", "kmsKeyId")[0] }
	p.run(append([]string{"up"}, data...)...).exits(0)
	was := databaseKey()

	preview := on("preview")
	require.ElementsMatch(t, append([]string{
		"~ livebeats:index:Database live-beats-staging", "~ livebeats:index:Uploads live-beats-staging",
		"~ aws:iam:RolePolicy live-beats-staging-execution-policy",
	}, onKey...), preview.plan())
	preview.says("the database keeps the key that it was made with, " + was.(string) + ", and not kmsKeyArn").
		says("the file system keeps the key that it was made with")
	on("up")
	on("preview", "--expect-no-changes")
	require.Equal(t, was, databaseKey())
	require.NotEqual(t, customerKey, filesKey())
	for _, name := range []string{"release-cookie", "secret-key-base"} {
		p.run("sandbox", "put-parameter", "/staging/fly-live-beats/"+name, "v", "--key-id", customerKey).exits(0)
	}
	on("up")
	on("refresh")
	on("preview", "--expect-no-changes")
	on("destroy")

	fresh := on("up")
	require.NotContains(t, fresh.stderr, "keeps the key")
	require.Equal(t, []any{customerKey, customerKey}, []any{databaseKey(), filesKey()})
	on("preview", "--expect-no-changes")
	on("destroy")
	p.deleteSnapshots(len(p.world().Snapshots("eu-west-2")))
	p.run("sandbox", "delete", customerKey).exits(0)
	require.True(t, p.world().Empty())
}
