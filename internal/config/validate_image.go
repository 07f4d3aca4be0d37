package config

import (
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// builtFor are the endings of image tags that say what an image was built for.
var builtFor = map[string]string{"-arm64": "arm64", "-aarch64": "arm64", "-amd64": "x86_64", "-x86_64": "x86_64"}

// checkImage finds what the image's name gives away: tasks of the other architecture, of which none would start, and a
// tag that can be pushed once.
func (d *decoder) checkImage(c *Config) {
	image, err := awsmodel.ParseImage(c.Image)
	if err != nil {
		return
	}
	key, architecture := ownKey("image"), c.Service.Architecture
	for ending, built := range builtFor {
		if strings.HasSuffix(strings.ToLower(image.Tag), ending) && built != architecture {
			d.reject(key, c.Image, "must be an image for service.architecture, "+architecture+", or that be "+built)
		}
	}
	latest := image.Digest == "" && (image.Tag == "" || image.Tag == "latest")
	if name := c.Repository.Name; name != "" && latest && image.PrivateECR() && image.Repository == name {
		d.reject(key, c.Image, "must have a tag of its own, such as 1.0, or a digest: in the repository of repository.name "+
			"a tag names one image for ever, and latest could be pushed only once")
	}
}
