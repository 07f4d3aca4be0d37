package readiness

import (
	"fmt"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
)

const initialisation = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource " +
	"retrieval failed: "

// login answers whether ECS can get a password for a private ECR registry. Other registries need none.
func (t Task) login(c taskdef.Container) awsmodel.Answer {
	image, err := awsmodel.ParseImage(c.Image)
	if err != nil || !image.PrivateECR() {
		return nothing
	}
	symptom := initialisation + "unable to retrieve ecr registry auth: service call has been retried 1 time(s): "
	reached := t.service("ecr.api", image.Region).WithSymptom(symptom + fmt.Sprintf("RequestError: send request "+
		"failed caused by: Post \"https://api.ecr.%s.amazonaws.com/\": dial tcp: i/o timeout", image.Region))
	if !reached.OK() {
		return reached
	}
	return reached.Then(t.allowed(symptom, "ecr:GetAuthorizationToken", "*"))
}

var pullActions = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"}

// pull answers whether ECS can pull an image: its manifest from the registry and, for ECR, its layers from S3.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
func (t Task) pull(c taskdef.Container) awsmodel.Answer {
	image, err := awsmodel.ParseImage(c.Image)
	if err != nil {
		return awsmodel.Answer{}.Refute("image "+c.Image, err.Error()).WithSymptom("CannotPullContainerError: " + err.Error())
	}
	if len(c.RepositoryCredentials) > 0 {
		return awsmodel.Answer{}.Doubt("image "+c.Image, "the secret of its repositoryCredentials is not modelled")
	}
	failed := "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref " + c.Image
	timeout := failed + ": dial tcp: i/o timeout"
	if !image.PrivateECR() {
		return t.found(t.network().Internet(t.Interface, network.HTTPS).WithSymptom(timeout), c.Image, failed)
	}
	answer := nothing
	for _, service := range []string{"ecr.dkr", "s3"} {
		if answer = answer.Then(t.service(service, image.Region)).WithSymptom(timeout); !answer.OK() {
			return answer
		}
	}
	// ECR signs the URL of a layer, so that the principal of the request is not the task's role.
	layer := fmt.Sprintf("arn:%s:s3:::prod-%s-starport-layer-bucket/layer", t.Partition, image.Region)
	if image.Region == t.Region {
		answer = answer.Then(t.passes("*", "s3:GetObject", layer)).
			WithSymptom(failed + ": httpReadSeeker: failed open: unexpected status code 403 Forbidden")
	}
	if image.AccountID != t.Account && t.Account != "" {
		return answer.Doubt("image "+c.Image, "the policy of its repository in account "+image.AccountID+
			" decides, which is not known here")
	}
	repository := fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s",
		t.Partition, image.Region, image.AccountID, image.Repository)
	for _, action := range pullActions {
		if answer = answer.Then(t.allowed(failed+": ", action, repository)); !answer.OK() {
			return answer
		}
	}
	return t.found(answer, c.Image, failed)
}

// found adds the hop that the image exists.
func (t Task) found(reached awsmodel.Answer, image, failed string) awsmodel.Answer {
	switch {
	case !reached.OK():
		return reached
	case t.Pushed == nil:
		return reached.Prove("image "+image, "is assumed to be pushed: a plan does not show the contents of a registry")
	case t.Pushed(image):
		return reached.Prove("image "+image, "has been pushed")
	}
	return reached.Refute("image "+image, "is not in its repository").WithSymptom(failed + ": " + image + ": not found")
}

// Repository returns the ECR repository of an image from the graph, or nil.
func Repository(g *graph.Graph, image string) *graph.Resource {
	parsed, err := awsmodel.ParseImage(image)
	if err != nil || !parsed.PrivateECR() {
		return nil
	}
	return g.Find(graph.Repository, parsed.Region, func(r *graph.Resource) bool {
		return r.Text("name") == parsed.Repository
	})
}
