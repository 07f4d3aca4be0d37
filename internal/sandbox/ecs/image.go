package ecs

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/taskdef"
	"github.com/live-beats/live-beats-aws/internal/livebeats"
	"github.com/live-beats/live-beats-aws/internal/sandbox/world"
)

// imageType is the type of the world's object for a declared image. Its id is the image's name.
const imageType = "ecs/image"

// Image describes how the containers of an image behave, because the sandbox cannot run one. The zero value behaves as
// Live Beats does: it boots when its required environment is set, listens on its port, and answers 200 on /signin and
// 302 on /. In the container of another program it boots, listens where its load balancer expects it, and answers as
// expected.
type Image struct {
	Missing      bool `json:"missing,omitempty" yaml:"missing"`           // The image was never pushed.
	Exit         *int `json:"exit,omitempty" yaml:"exit"`                 // The app crashes with this code.
	MigrateExit  int  `json:"migrateExit,omitempty" yaml:"migrateExit"`   // The migration's exit code.
	StartSeconds int  `json:"startSeconds,omitempty" yaml:"startSeconds"` // Until the app answers; 5 by default.
	// MigrateSeconds is how long the migration takes; 5 by default.
	MigrateSeconds int            `json:"migrateSeconds,omitempty" yaml:"migrateSeconds"`
	Port           int            `json:"port,omitempty" yaml:"port"`         // Overrides PORT.
	Paths          map[string]int `json:"paths,omitempty" yaml:"paths"`       // Status codes of paths that differ.
	Requires       []string       `json:"requires,omitempty" yaml:"requires"` // Variables; nil means Live Beats's.
	// Architectures lists the architectures that the image was built for. nil means both.
	Architectures []string `json:"architectures,omitempty" yaml:"architectures"`
}

// Check returns an error for every invalid value.
func (i Image) Check() error {
	var problems []error
	code := func(name string, v int) {
		if v < 0 || v > 255 {
			problems = append(problems, fmt.Errorf("%s %d must be an exit code from 0 to 255", name, v))
		}
	}
	if i.Exit != nil {
		code("exit", *i.Exit)
	}
	code("migrateExit", i.MigrateExit)
	for name, seconds := range map[string]int{"startSeconds": i.StartSeconds, "migrateSeconds": i.MigrateSeconds} {
		if seconds < 0 {
			problems = append(problems, fmt.Errorf("%s %d must not be negative", name, seconds))
		}
	}
	if i.Port < 0 || i.Port > 65535 {
		problems = append(problems, fmt.Errorf("port %d must be 1 to 65535", i.Port))
	}
	for path, status := range i.Paths {
		if !strings.HasPrefix(path, "/") || status < 100 || status > 599 {
			problems = append(problems,
				fmt.Errorf("path %q with status %d must be a path that begins with / and a status from 100 to 599", path, status))
		}
	}
	for _, architecture := range i.Architectures {
		if architecture != "X86_64" && architecture != "ARM64" {
			problems = append(problems, fmt.Errorf("architecture %q must be X86_64 or ARM64", architecture))
		}
	}
	return errors.Join(problems...)
}

// DeclareImage sets how an image behaves from now on. Tasks that already run are not affected. Errors: a name that is
// not an image reference, and the errors of Check.
func DeclareImage(w *world.World, name string, image Image) error {
	if _, err := awsmodel.ParseImage(name); err != nil {
		return err
	}
	if err := image.Check(); err != nil {
		return err
	}
	data, err := json.Marshal(image)
	if err != nil {
		return fmt.Errorf("declare image %q: %w", name, err)
	}
	o := &world.Object{Type: imageType, ID: name, Seeded: true, Created: w.Now()}
	if err := json.Unmarshal(data, &o.Props); err != nil {
		return fmt.Errorf("declare image %q: %w", name, err)
	}
	w.Put(o)
	return nil
}

// ForgetImage removes an image's declaration, so that it behaves as undeclared images do.
func ForgetImage(w *world.World, name string) { w.Delete(&world.Object{Type: imageType, ID: name}) }

// Images returns the declared images by name.
func Images(w *world.World) map[string]Image {
	declared := map[string]Image{}
	for _, o := range w.List(imageType, "") {
		declared[o.ID], _ = imageOf(w, o.ID)
	}
	return declared
}

func imageOf(w *world.World, name string) (image Image, declared bool) {
	o := w.Get(imageType, "", name)
	if o == nil {
		return Image{}, false
	}
	data, err := json.Marshal(o.Props)
	return image, err == nil && json.Unmarshal(data, &image) == nil
}

// liveBeats reports whether a container runs Live Beats, by its names or by the release that it starts.
func liveBeats(c taskdef.Container) bool {
	names := []string{c.Name, c.Image}
	for _, v := range c.Environment {
		names = append(names, v.Name)
	}
	for _, s := range c.Secrets {
		names = append(names, s.Name)
	}
	name := strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(strings.Join(names, " ")))
	return strings.Contains(name, "livebeats") || strings.Contains(strings.Join(c.Command, " "), "/app/bin/")
}

// missingVariable returns the name of a required variable that a container does not have, or "".
func (i Image) missingVariable(c taskdef.Container) string {
	has := func(name string) bool {
		return slices.ContainsFunc(c.Environment, func(v taskdef.Variable) bool { return v.Name == name }) ||
			slices.ContainsFunc(c.Secrets, func(s taskdef.Secret) bool { return s.Name == name })
	}
	lacks := slices.DeleteFunc(slices.Clone(i.Requires), has)
	if i.Requires == nil && liveBeats(c) {
		lacks = livebeats.Lacks(has)
	}
	if len(lacks) == 0 {
		return ""
	}
	first, _, _ := strings.Cut(lacks[0], " or ")
	return first
}

// answers returns the status code of a GET without a session. Live Beats answers 200 for the sign-in page, 302 for /,
// which redirects there, and 404 for any other path. What another program answers is not known.
func (i Image) answers(c taskdef.Container, path string) (status int, known bool) {
	status, declared := i.Paths[path]
	switch {
	case declared:
		return status, true
	case path == "/signin":
		status = 200
	case path == "/":
		status = 302
	default:
		status = 404
	}
	return status, liveBeats(c)
}
