package awsmodel

import (
	"fmt"
	"regexp"
)

// Image is a parsed container image reference. Registry is empty in Docker Hub's short form. AccountID and Region are
// set only for private ECR registries.
type Image struct {
	Registry, Repository, Tag, Digest string
	AccountID, Region                 string
}

// ECS accepts image references of up to 255 characters.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
const maxImageLength = 255

const (
	host = `[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?`
	// The first segment is a registry only if it cannot begin a repository: it has a dot or a port, or is localhost.
	registry  = `(?:localhost|` + host + `(?:\.` + host + `)+)(?::[0-9]{1,5})?|` + host + `:[0-9]{1,5}`
	component = `[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
	tag       = `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`
	digest    = `sha256:[0-9a-f]{64}`
)

var (
	imageRule = regexp.MustCompile(
		`^(?:(` + registry + `)/)?(` + component + `(?:/` + component + `)*)(?::(` + tag + `))?(?:@(` + digest + `))?$`)
	repositoryRule = regexp.MustCompile(`^` + component + `(?:/` + component + `)*$`)

	ecrRule = regexp.MustCompile(`^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$`)
)

// ParseImage splits [registry/]repository[:tag][@sha256:digest]. It adds no defaults: a missing tag stays empty,
// although ECS then pulls "latest".
func ParseImage(ref string) (Image, error) {
	if len(ref) > maxImageLength {
		return Image{}, fmt.Errorf("parse image %q: must have at most %d characters", ref, maxImageLength)
	}
	parts := imageRule.FindStringSubmatch(ref)
	if parts == nil {
		return Image{}, fmt.Errorf(
			"parse image %q: must be [registry/]repository[:tag][@sha256:digest] with the repository in lower case", ref)
	}
	image := Image{Registry: parts[1], Repository: parts[2], Tag: parts[3], Digest: parts[4]}
	if ecr := ecrRule.FindStringSubmatch(image.Registry); ecr != nil {
		image.AccountID, image.Region = ecr[1], ecr[2]
	}
	return image, nil
}

// PrivateECR reports whether the image is in a private ECR registry, so that pulling it requires ECR permissions.
func (i Image) PrivateECR() bool { return i.AccountID != "" }
