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

// TestBadRelease rehearses releases that do not come up over one that does: the old tasks keep serving, up fails and
// says why.
func TestBadRelease(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.run("up").exits(0)
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
		p.run(append([]string{"sandbox", "image", repository + tag}, test.flags...)...).exits(0)
		up := p.run("up", "--config", "live-beats:image="+repository+tag).exits(2)
		require.Contains(t, up.stdout, test.want)
		require.Contains(t, up.stdout, "rolled back to")
		require.Contains(t, up.stdout, "\n  fix:  ")
		require.Contains(t, up.stdout, test.cause)
		up.says("ECS rolled the deployment of live-beats-staging:").says("go run . status --aws --stack staging")
	}
	var images map[string]map[string]any
	p.run("sandbox", "image", "--json").exits(0).json(&images)
	require.Equal(t, map[string]any{"exit": 137.0}, images[repository+"crash"])
	require.Len(t, images, 3)
	p.run("sandbox", "image", repository+"crash", "--listen", "70000").exits(1).says("port 70000 must be 1 to 65535")
	p.run("up").exits(0)
	p.run("destroy").exits(0)
}

// TestRolledBack stays an error until what was wrong is mended, and nothing that still runs is deleted meanwhile.
func TestRolledBack(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	const image = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/live-beats:next"
	p.run("up").exits(0)
	p.run("sandbox", "image", image, "--exit", "1").exits(0)
	bad := []string{"--config", "image=" + image}
	p.run(append([]string{"up"}, bad...)...).exits(2).says("live-beats-staging:2 back, and runs live-beats-staging:1")
	active := func() (revisions []string) {
		for _, o := range p.world().List("aws:ecs/taskDefinition:TaskDefinition", "eu-west-2") {
			revisions = append(revisions, fmt.Sprint(o.Props["revision"]))
		}
		return revisions
	}
	require.Equal(t, []string{"1", "2"}, active(), "the revision that serves is still registered")
	require.Equal(t, []string{"~ aws:ecs:Service live-beats-staging-service"},
		updates(p.run(append([]string{"preview"}, bad...)...).exits(0)), "a plan never fails for it")
	p.run(append([]string{"up"}, bad...)...).exits(2).says("live-beats-staging:2 back, and runs live-beats-staging:1")
	p.run(append([]string{"up", "--json"}, bad...)...).exits(2).says("ECS rolled the deployment")
	var s struct {
		Healthy bool
		Causes  []struct{ Fix string }
	}
	p.run("status", "--json").exits(2).json(&s)
	require.False(t, s.Healthy)
	require.Len(t, s.Causes, 1)

	p.run("sandbox", "image", image, "--forget").exits(0)
	p.run(append([]string{"up"}, bad...)...).exits(0)
	require.Equal(t, []string{"2"}, active())
	p.run(append([]string{"preview", "--expect-no-changes"}, bad...)...).exits(0)
	p.run("status").exits(0)
	p.run(append([]string{"up", "--config", "service.desiredCount=0"}, bad...)...).exits(0)
	p.run("destroy").exits(0)
	require.True(t, p.world().Empty())
}

// updates are the steps of a plan that change something in place.
func updates(r result) []string {
	return slices.DeleteFunc(r.plan(), func(step string) bool { return !strings.HasPrefix(step, "~ ") })
}

// TestClustering takes a rule between the nodes away: to AWS the service is healthy, but status finds it torn.
func TestClustering(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.run("up").exits(0)
	require.Equal(t, 2, strings.Count(p.run("status").exits(0).stdout, "│ connected │"))
	for _, o := range p.world().List("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "eu-west-2") {
		if o.Props["fromPort"] == 4369.0 {
			p.run("sandbox", "delete", o.ID).exits(0)
		}
	}
	status := p.run("status").exits(0).stdout
	require.Contains(t, status, `│ not connected │ [libcluster:ecs] unable to connect to :"live-beats@`)
	require.Contains(t, status, "likely cause: a node finds another but does not reach it on 4369")
	p.run("refresh").exits(0)
	p.run("up").exits(0)
	require.Equal(t, 2, strings.Count(p.run("status").exits(0).stdout, "│ connected │"))
}

// TestStatusOnAWSWithoutCredentials says where it would have read, and what it lacks.
func TestStatusOnAWSWithoutCredentials(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.env = []string{"HOME=" + t.TempDir(), "AWS_EC2_METADATA_DISABLED=true"}
	r := p.run("status", "--aws", "--cluster", "c", "--service", "s", "--region", "eu-west-2").exits(1)
	require.Empty(t, r.stdout)
	require.Equal(t, "aws: read only", strings.SplitN(r.stderr, "\n", 2)[0])
	r.says("error: find AWS credentials: none that work (set AWS_PROFILE")
}
