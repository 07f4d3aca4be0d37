package components

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"
)

func recordRepository(t *testing.T, args *RepositoryArgs) *recorder {
	t.Helper()
	return record(t, func(ctx *pulumi.Context, r *recorder) error {
		repository, err := NewRepository(ctx, "Live-Beats", args)
		if err != nil {
			return err
		}
		r.capture("repositoryName", repository.RepositoryName)
		r.capture("repositoryArn", repository.RepositoryArn)
		return nil
	})
}

func TestRepository(t *testing.T) {
	t.Parallel()
	r := recordRepository(t, nil)
	require.Equal(t, []string{"Live-Beats", "Live-Beats-lifecycle", "Live-Beats-repository"}, r.names())
	require.Equal(t, map[string]any{
		"name": "live-beats", "imageTagMutability": "IMMUTABLE", "forceDelete": false,
		"imageScanningConfiguration": map[string]any{"scanOnPush": true},
	}, r.inputs(t, "Live-Beats-repository"))
	require.Equal(t, map[string]any{
		"repository": "live-beats",
		"policy": `{"rules":[{"rulePriority":1,"description":"Untagged images for 7 days",` +
			`"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":7},` +
			`"action":{"type":"expire"}},{"rulePriority":2,"description":"The newest 50 tagged images",` +
			`"selection":{"tagStatus":"tagged","tagPatternList":["*"],"countType":"imageCountMoreThan","countNumber":50},` +
			`"action":{"type":"expire"}}]}`,
	}, r.inputs(t, "Live-Beats-lifecycle"))
	require.Equal(t, map[string]any{
		"repositoryName": "live-beats", "repositoryArn": "Live-Beats-repository.arn",
	}, r.outputs)
}

func TestRepositoryArgsReachTheirResources(t *testing.T) {
	t.Parallel()
	r := recordRepository(t, &RepositoryArgs{
		RepositoryName: "team/live-beats", KeepImages: 10, UntaggedDays: 1, ForceDelete: true,
	})
	require.Equal(t, "team/live-beats", r.inputs(t, "Live-Beats-repository")["name"])
	require.Equal(t, true, r.inputs(t, "Live-Beats-repository")["forceDelete"])
	policy := r.inputs(t, "Live-Beats-lifecycle")["policy"]
	require.Contains(t, policy, `"countType":"sinceImagePushed","countUnit":"days","countNumber":1}`)
	require.Contains(t, policy, `"countType":"imageCountMoreThan","countNumber":10}`)
	require.Equal(t, map[string]any{
		"repositoryName": "team/live-beats", "keepImages": 10.0, "untaggedDays": 1.0, "forceDelete": true, "protect": false,
	}, r.inputs(t, "Live-Beats"), "the component records its effective args")
}

func TestRepositoryRefuses(t *testing.T) {
	t.Parallel()
	const nameRule = "2-256 lower-case letters and digits, with single . _ / or hyphens between them"
	long := strings.Repeat("a", 257)
	for name, test := range map[string]struct {
		args RepositoryArgs
		want string
	}{
		"name too short": {RepositoryArgs{RepositoryName: "a"}, `RepositoryName "a" must be ` + nameRule},
		"name too long":  {RepositoryArgs{RepositoryName: long}, `RepositoryName "` + long + `" must be ` + nameRule},
		"name charset":   {RepositoryArgs{RepositoryName: "Team/app"}, `RepositoryName "Team/app" must be ` + nameRule},
		"name separator": {RepositoryArgs{RepositoryName: "team//app"}, `RepositoryName "team//app" must be ` + nameRule},
		"tagged":         {RepositoryArgs{KeepImages: -1}, "KeepImages -1 must be at least 1 image"},
		"untagged":       {RepositoryArgs{UntaggedDays: -1}, "UntaggedDays -1 must be at least 1 day"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := refuse(t, func(ctx *pulumi.Context) error {
				_, err := NewRepository(ctx, "live-beats", &test.args)
				return err
			})
			require.EqualError(t, err, `check args of livebeats:index:Repository "live-beats": `+test.want)
		})
	}
}
