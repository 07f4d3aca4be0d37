package releases

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/tests/suite"
)

// TestBadRelease deploys releases that do not start over a release that works: the old tasks keep serving, and up fails
// and reports the reason.
func TestBadRelease(t *testing.T) {
	t.Parallel()
	p := suite.Deployed(t)
	url := p.Run("output", "url").Exits(0).Stdout
	const repository = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:"
	behaviour := filepath.Join(t.TempDir(), "image.yaml")
	require.NoError(t, os.WriteFile(behaviour, []byte("paths: {/signin: 500}\nstartSeconds: 1\n"), 0o600))
	for tag, test := range map[string]struct {
		flags       []string
		want, cause string
	}{
		"crash":   {[]string{"--exit", "137"}, "Essential container in task exited (container live-beats: exit code 137)", "raise service.memory"},
		"migrate": {[]string{"--migrate-exit", "1"}, "as dependency did not exit successfully", "the log stream of the container migrate"},
		"broken":  {[]string{"--behaviour", behaviour}, "Health checks failed with these codes: [500]", "aws logs tail"},
	} {
		p.Run(append([]string{"sandbox", "image", repository + tag}, test.flags...)...).Exits(0)
		up := p.Run("up", "--config", "live-beats:image="+repository+tag).Exits(2)
		require.Contains(t, up.Stdout, test.want)
		require.Contains(t, up.Stdout, "rolled back to")
		require.Contains(t, up.Stdout, "\n  fix:  ")
		require.Contains(t, up.Stdout, test.cause)
		require.Equal(t, url, p.Run("output", "url").Exits(0).Stdout, "a failed up keeps the outputs")
		up.Says("ECS rolled the deployment of live-beats-staging:").Says("go run . status --aws --stack staging")
	}
	var images map[string]map[string]any
	p.Run("sandbox", "image", "--json").Exits(0).JSON(&images)
	require.Equal(t, map[string]any{"exit": 137.0}, images[repository+"crash"])
	require.Len(t, images, 3)
	p.Run("sandbox", "image", repository+"crash", "--listen", "70000").Exits(1).Says("port 70000 must be 1 to 65535")
	p.Run("up").Exits(0)
	p.Run("destroy").Exits(0)
}

// TestUnhealthyFirstDeployment: Pulumi's provider is content when the tasks run. up fails all the same if they do not
// become healthy, and says which check failed.
func TestUnhealthyFirstDeployment(t *testing.T) {
	t.Parallel()
	p := suite.New(t)
	const image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:next"
	p.Run("sandbox", "image", image, "--status", "/signin=500").Exits(0)
	r := p.Run("up", "--config", "image="+image).Exits(2)
	r.Says("the tasks of live-beats-staging did not become healthy: ECS deployment circuit breaker: tasks failed to start.")
	r.Says("Health checks failed with these codes: [500]").Says("To see why, run \"go run . status --aws --stack staging\"")
	p.Run("sandbox", "image", image, "--forget").Exits(0)
	p.Run("up", "--config", "image="+image).Exits(2).Says("the service is not healthy")
	p.Run("sandbox", "redeploy", "live-beats-staging").Exits(0)
	p.Run("up", "--config", "image="+image).Exits(0)
}

// TestRolledBack: up fails until the image is fixed. Until then, nothing that still runs is deleted.
func TestRolledBack(t *testing.T) {
	t.Parallel()
	p := suite.Deployed(t)
	const image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:next"
	p.Run("sandbox", "image", image, "--exit", "1").Exits(0)
	bad := []string{"--config", "image=" + image}
	p.Run(append([]string{"up"}, bad...)...).Exits(2).Says("live-beats-staging:2 back and runs live-beats-staging:1")
	active := func() (revisions []string) {
		for _, o := range p.World().List("aws:ecs/taskDefinition:TaskDefinition", "eu-west-2") {
			revisions = append(revisions, fmt.Sprint(o.Props["revision"]))
		}
		return revisions
	}
	require.Equal(t, []string{"1", "2"}, active(), "the revision that serves is still registered")
	require.Equal(t, []string{"~ aws:ecs:Service live-beats-staging-service"},
		updates(p.Run(append([]string{"preview"}, bad...)...).Exits(0)), "a preview does not fail because of the rollback")
	p.Run(append([]string{"up"}, bad...)...).Exits(2).Says("live-beats-staging:2 back and runs live-beats-staging:1")
	p.Run(append([]string{"up", "--json"}, bad...)...).Exits(2).Says("ECS rolled the deployment")
	var s struct {
		Healthy bool
		Causes  []struct{ Fix string }
	}
	p.Run("status", "--json").Exits(2).JSON(&s)
	require.False(t, s.Healthy)
	require.Len(t, s.Causes, 1)

	p.Run("sandbox", "image", image, "--forget").Exits(0)
	p.Run(append([]string{"up"}, bad...)...).Exits(0)
	require.Equal(t, []string{"2"}, active())
	p.Run(append([]string{"preview", "--expect-no-changes"}, bad...)...).Exits(0)
	p.Run("status").Exits(0)
	p.Run(append([]string{"up", "--config", "service.desiredCount=0"}, bad...)...).Exits(0)
	p.Run("destroy").Exits(0)
	require.True(t, p.World().Empty())
}

// updates returns the steps of a plan that update a resource in place.
func updates(r suite.Result) []string {
	return slices.DeleteFunc(r.Plan(), func(step string) bool { return !strings.HasPrefix(step, "~ ") })
}

// TestClustering deletes a rule between the Erlang nodes: AWS still reports a healthy service, but status finds that
// the nodes are not connected.
func TestClustering(t *testing.T) {
	t.Parallel()
	p := suite.Deployed(t)
	require.Equal(t, 2, strings.Count(p.Run("status").Exits(0).Stdout, "│ connected │"))
	for _, o := range p.World().List("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "eu-west-2") {
		if o.Props["fromPort"] == 4369.0 {
			p.Run("sandbox", "delete", o.ID).Exits(0)
		}
	}
	status := p.Run("status").Exits(0).Stdout
	require.Contains(t, status, `│ not connected │ [libcluster:ecs] unable to connect to :"live-beats@`)
	require.Contains(t, status, "likely cause: a node finds another but does not reach it on 4369")
	p.Run("refresh").Exits(0)
	p.Run("up").Exits(0)
	require.Equal(t, 2, strings.Count(p.Run("status").Exits(0).Stdout, "│ connected │"))
}

// TestStatusOnAWSWithoutCredentials: status --aws reports that it would only read from AWS, and which credentials are
// missing. To run it, the program is built with AWS's clients, which requires the go command and the source.
func TestStatusOnAWSWithoutCredentials(t *testing.T) {
	t.Parallel()
	p := suite.New(t)
	status := []string{"status", "--aws", "--cluster", "c", "--service", "s", "--region", "eu-west-2"}
	p.Run(status...).Exits(1).Says("the source is not in").Says("go build -tags aws")
	root, err := suite.Root()
	require.NoError(t, err)
	p.Dir, p.Env = root, append(os.Environ(), "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_PROFILE=")
	r := p.Run(status...).Exits(1)
	require.Empty(t, r.Stdout)
	r.Says("aws: read only error: find AWS credentials: no valid credentials (set AWS_PROFILE")
	p.Env = []string{"HOME=" + t.TempDir()}
	p.Run(status...).Exits(1).Says("go is not on PATH").Says("go build -tags aws")
}
