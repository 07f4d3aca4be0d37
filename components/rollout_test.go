package components

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/stretchr/testify/require"
)

const testFamily = "arn:aws:ecs:eu-west-2:123456789012:task-definition/beats:"

var testService = ServiceRef{Stack: "staging", Cluster: "main", Service: "beats", Region: "eu-west-2"}

// TestCheckRollback compares the task definition that an update asked for with the one that runs after it. It does not
// prove that the engine calls the hook and fails the update. The tests in tests/releases do.
func TestCheckRollback(t *testing.T) {
	t.Parallel()
	require.NoError(t, checkRollback(testService, testFamily+"2", testFamily+"2"))
	require.NoError(t, checkRollback(testService, "beats:2", testFamily+"2"), "a revision without the rest of its ARN is the same")
	var rolledBack *RolledBackError
	require.ErrorAs(t, checkRollback(testService, testFamily+"2", testFamily+"1"), &rolledBack)
	require.Equal(t, &RolledBackError{testService, testFamily + "2", testFamily + "1"}, rolledBack)
	require.ErrorContains(t, rolledBack, "ECS rolled the deployment of beats:2 back and runs beats:1 again")
	require.ErrorContains(t, rolledBack, "go run . status --aws --stack staging")
	require.ErrorContains(t, rolledBack,
		"aws ecs describe-services --region eu-west-2 --cluster main --services beats --query")
}

// TestRolloutOf judges the answers of DescribeServices. It does not prove that ECS gives such answers.
func TestRolloutOf(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		state    types.DeploymentRolloutState
		revision string
		after    time.Duration
		done     bool
		want     string
	}{
		"completed":         {types.DeploymentRolloutStateCompleted, "2", time.Hour, true, ""},
		"other controller":  {"", "2", time.Hour, true, ""},
		"in progress":       {types.DeploymentRolloutStateInProgress, "2", 19 * time.Minute, false, ""},
		"in progress still": {types.DeploymentRolloutStateInProgress, "2", 20 * time.Minute, false, "ECS has been trying for 20 minutes."},
		"failed":            {types.DeploymentRolloutStateFailed, "2", time.Minute, false, "tasks failed to start.\n  older\n  newer\nTo see why"},
		"rolled back":       {types.DeploymentRolloutStateInProgress, "1", time.Minute, false, "back and runs beats:1 again"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			service := types.Service{
				Deployments: []types.Deployment{
					{Status: aws.String("ACTIVE"), TaskDefinition: aws.String(testFamily + "0"), RolloutState: "FAILED"},
					{
						Status: aws.String("PRIMARY"), TaskDefinition: aws.String(testFamily + test.revision),
						RolloutState: test.state, RolloutStateReason: aws.String("tasks failed to start."), CreatedAt: &began,
					},
				},
				Events: []types.ServiceEvent{{Message: aws.String("newer")}, {Message: aws.String("older")}},
			}
			done, err := rolloutOf(service, testService, testFamily+"2", began.Add(test.after))
			require.Equal(t, test.done, done)
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}

// TestAwaitRollout: an answer without the service is an error of its own, neither healthy nor unhealthy.
func TestAwaitRollout(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"services": [], "failures": [{"reason": "MISSING"}]}`))
	}))
	defer server.Close()
	client := ecs.New(ecs.Options{
		Region: "eu-west-2", BaseEndpoint: &server.URL, Credentials: aws.AnonymousCredentials{},
	})
	err := awaitRollout(t.Context(), client, testService, testFamily+"2", func() error { return nil })
	require.EqualError(t, err, "ECS has no such service for these credentials")
}
