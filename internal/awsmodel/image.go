package awsmodel

import (
	"fmt"
	"regexp"
)

// Image is a parsed container image reference. Registry is empty for Docker
// Hub's short form; AccountID and Region are set for private ECR only.
type Image struct {
	Registry, Repository, Tag, Digest string
	AccountID, Region                 string
}

// ECS takes image references of up to 255 characters.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
const maxImageLength = 255

const (
	host = `[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?`
	// A first segment is a registry only when no repository could begin so: a dot, a port or localhost.
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

// ParseImage splits [registry/]repository[:tag][@sha256:digest]. Nothing is
// filled in: an absent tag stays empty, though ECS pulls "latest" then.
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

// PrivateECR tells whether pulling the image takes ECR permissions.
func (i Image) PrivateECR() bool { return i.AccountID != "" }
