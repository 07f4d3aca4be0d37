package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/stretchr/testify/require"

	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/sandboxtest"
)

// TestAPI reads the sandbox's answers with AWS's own client.
func TestAPI(t *testing.T) {
	t.Parallel()
	a := sandboxtest.Deployed(t, nil)
	server := httptest.NewServer(a.Sandbox.API(a.Region))
	defer server.Close()
	client := ecs.New(ecs.Options{Region: a.Region, BaseEndpoint: &server.URL, Credentials: aws.AnonymousCredentials{}})
	input := &ecs.DescribeServicesInput{
		Cluster:  aws.String("arn:aws:ecs:eu-west-2:123456789012:cluster/live-beats"),
		Services: []string{sandboxtest.ServiceName, "other"},
	}
	found, err := client.DescribeServices(t.Context(), input)
	require.NoError(t, err)
	require.Len(t, found.Services, 1)
	service := found.Services[0]
	require.Equal(t, types.DeploymentRolloutStateCompleted, service.Deployments[0].RolloutState)
	require.Contains(t, *service.Events[0].Message, "has reached a steady state", "the newest event is first")
	require.Equal(t, "other", *found.Failures[0].Arn)
	now, known := awsmiddleware.GetServerTime(found.ResultMetadata)
	require.True(t, known)
	require.Equal(t, a.World.Now().Unix(), now.Unix(), "the world's own time")

	require.NoError(t, a.Make(sandboxtest.TaskDefinition, "next", sandboxtest.With("task", provider.Props{
		"containerDefinitions": `[{"name": "app", "image": "live-beats", "portMappings": [{"containerPort": 4000}]}]`,
	})))
	require.NoError(t, a.Change("service", provider.Props{"taskDefinition": "$next.arn"}), "rolled back")
	found, err = client.DescribeServices(t.Context(), input)
	require.NoError(t, err)
	require.Len(t, found.Services[0].Deployments, 2)
	require.Equal(t, types.DeploymentRolloutStateFailed, found.Services[0].Deployments[1].RolloutState)

	keys := kms.New(kms.Options{Region: a.Region, BaseEndpoint: &server.URL, Credentials: aws.AnonymousCredentials{}})
	arn := aws.String("arn:aws:kms:eu-west-2:123456789012:key/k")
	_, err = keys.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: arn})
	require.ErrorContains(t, err, "NotFoundException: Key '"+*arn+"' does not exist")
	require.NoError(t, a.Sandbox.PutKey(a.Region, *arn, ""))
	key, err := keys.DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: arn})
	require.NoError(t, err)
	require.EqualValues(t, "Enabled", key.KeyMetadata.KeyState)
	policy, err := keys.GetKeyPolicy(t.Context(), &kms.GetKeyPolicyInput{KeyId: arn})
	require.NoError(t, err)
	require.Contains(t, *policy.Policy, "arn:aws:iam::123456789012:root")
	certificates := acm.New(acm.Options{
		Region: a.Region, BaseEndpoint: &server.URL, Credentials: aws.AnonymousCredentials{},
	})
	arn = aws.String("arn:aws:acm:eu-west-2:123456789012:certificate/c")
	_, err = certificates.DescribeCertificate(t.Context(), &acm.DescribeCertificateInput{CertificateArn: arn})
	require.ErrorContains(t, err, "ResourceNotFoundException")
	require.NoError(t, a.Sandbox.PutCertificate(a.Region, *arn, "*.example.com"))
	certificate, err := certificates.DescribeCertificate(t.Context(), &acm.DescribeCertificateInput{CertificateArn: arn})
	require.NoError(t, err)
	require.Equal(t, []string{"*.example.com"}, certificate.Certificate.SubjectAlternativeNames)

	_, err = client.ListServices(t.Context(), &ecs.ListServicesInput{})
	require.ErrorContains(t, err, "UnknownOperationException: the sandbox does not answer")
	response, err := http.Post(server.URL, "text/plain", http.NoBody)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusBadRequest, response.StatusCode)
}
