package components

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

const repositoryType = "livebeats:index:Repository"

// RepositoryArgs configures a Repository.
type RepositoryArgs struct {
	// RepositoryName is the repository's name in ECR, such as team/live-beats: 2-256 lower-case letters and digits, with
	// single . _ / or hyphens between them. Defaults to the component's name in lower case. A change replaces the
	// repository.
	RepositoryName string `pulumi:"repositoryName,optional"`
	// KeepImages is the number of newest tagged images that are kept. Defaults to 50. Older images are deleted even if
	// they are still deployed, and can then not be pulled.
	KeepImages   int `pulumi:"keepImages,optional"`
	UntaggedDays int `pulumi:"untaggedDays,optional"` // The age at which untagged images are deleted. Defaults to 7.
	// ForceDelete deletes the repository together with its images. Without it AWS does not delete a repository with
	// images.
	ForceDelete bool `pulumi:"forceDelete,optional"`
	Protect     bool `pulumi:"protect,optional"` // Makes deleting or replacing the repository an error.
}

// Repository is a private ECR repository for the image of Live Beats. Tags are immutable, and every image is scanned
// when it is pushed.
type Repository struct {
	pulumi.ResourceState
	children

	RepositoryUrl  pulumi.StringOutput `pulumi:"repositoryUrl"` // Images are RepositoryUrl:tag or RepositoryUrl@digest.
	RepositoryName pulumi.StringOutput `pulumi:"repositoryName"`
	RepositoryArn  pulumi.StringOutput `pulumi:"repositoryArn"`
}

// NewRepository creates an empty repository. An image has to be pushed before a service can use it.
func NewRepository(
	ctx *pulumi.Context, name string, args *RepositoryArgs, opts ...pulumi.ResourceOption,
) (*Repository, error) {
	a := deref(args)
	a.RepositoryName = cmp.Or(a.RepositoryName, strings.ToLower(name))
	a.KeepImages = cmp.Or(a.KeepImages, 50)
	a.UntaggedDays = cmp.Or(a.UntaggedDays, 7)
	if err := a.check(name); err != nil {
		return nil, err
	}
	repository := &Repository{}
	if err := register(ctx, repositoryType, name, a, repository, opts); err != nil {
		return nil, err
	}
	child, err := ecr.NewRepository(ctx, name+"-repository", &ecr.RepositoryArgs{
		Name:               pulumi.String(a.RepositoryName),
		ImageTagMutability: pulumi.String("IMMUTABLE"),
		ImageScanningConfiguration: &ecr.RepositoryImageScanningConfigurationArgs{
			ScanOnPush: pulumi.Bool(true),
		},
		ForceDelete: pulumi.Bool(a.ForceDelete),
	}, under(repository), pulumi.Protect(a.Protect))
	if err != nil {
		return nil, err
	}
	policy, err := a.lifecycle()
	if err != nil {
		return nil, err
	}
	if _, err = ecr.NewLifecyclePolicy(ctx, name+"-lifecycle", &ecr.LifecyclePolicyArgs{
		Repository: child.Name,
		Policy:     pulumi.String(policy),
	}, under(repository)); err != nil {
		return nil, err
	}
	repository.RepositoryUrl, repository.RepositoryArn = child.RepositoryUrl, child.Arn
	repository.RepositoryName = child.Name
	return repository, registerOutputs(ctx, repository)
}

// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
type lifecycleRule struct {
	RulePriority int                `json:"rulePriority"`
	Description  string             `json:"description"`
	Selection    lifecycleSelection `json:"selection"`
	Action       map[string]string  `json:"action"`
}

type lifecycleSelection struct {
	TagStatus      string   `json:"tagStatus"`
	TagPatternList []string `json:"tagPatternList,omitempty"`
	CountType      string   `json:"countType"`
	CountUnit      string   `json:"countUnit,omitempty"`
	CountNumber    int      `json:"countNumber"`
}

func (a RepositoryArgs) lifecycle() (string, error) {
	expire := map[string]string{"type": "expire"}
	text, err := json.Marshal(map[string]any{"rules": []lifecycleRule{
		{1, fmt.Sprintf("Untagged images for %d days", a.UntaggedDays), lifecycleSelection{
			TagStatus: "untagged", CountType: "sinceImagePushed", CountUnit: "days", CountNumber: a.UntaggedDays,
		}, expire},
		{2, fmt.Sprintf("The newest %d tagged images", a.KeepImages), lifecycleSelection{
			TagStatus: "tagged", TagPatternList: []string{"*"}, CountType: "imageCountMoreThan", CountNumber: a.KeepImages,
		}, expire},
	}})
	return string(text), err
}

func (a RepositoryArgs) check(name string) error {
	var p problems
	p.check(awsmodel.Repository.Valid(a.RepositoryName), "RepositoryName", a.RepositoryName,
		"2-256 lower-case letters and digits, with single . _ / or hyphens between them")
	p.check(a.KeepImages >= 1, "KeepImages", a.KeepImages, "at least 1 image")
	p.check(a.UntaggedDays >= 1, "UntaggedDays", a.UntaggedDays, "at least 1 day")
	return p.err(repositoryType, name)
}
