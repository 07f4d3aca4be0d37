package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"github.com/live-beats/live-beats-aws/internal/sandbox"
)

// imageFlags is the behaviour of one image as given on the command line. Flags override the file.
type imageFlags struct {
	sandbox.Image

	file   string
	exit   int
	paths  map[string]string
	forget bool
}

func (a *app) image() *cobra.Command {
	var flags imageFlags
	cmd := &cobra.Command{
		Use:   "image [NAME]",
		Short: "Set how an image's containers behave, to rehearse a release; without a name, list the settings",
		Long: `The sandbox does not run images. By default it assumes that an image behaves like Live Beats: it starts
if its required environment variables are set, listens on PORT (4000), and answers 200 on /signin and
302 on /. This command sets another behaviour for one image: with flags, or with a YAML file that has the
keys missing, exit, migrateExit, migrateSeconds, startSeconds, port, paths, requires and architectures.
Running tasks keep their behaviour; tasks that start later use the new one.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.images()
			}
			return a.withWorld(cmd.CommandPath(), func(w *sandbox.World, _ string) error {
				return flags.declare(cmd, w, args[0])
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.file, "behaviour", "", "YAML file with the behaviour")
	f.BoolVar(&flags.Missing, "missing", false, "the image was never pushed")
	f.IntVar(&flags.exit, "exit", 0, "the app exits at startup with this exit code")
	f.IntVar(&flags.MigrateExit, "migrate-exit", 0, "the migration ends with this exit code")
	f.IntVar(&flags.MigrateSeconds, "migrate-seconds", 0, "seconds that the migration takes (default 5)")
	f.IntVar(&flags.StartSeconds, "start-seconds", 0, "seconds until the app answers (default 5)")
	f.IntVar(&flags.Port, "listen", 0, "the port that the app listens on, whatever the value of PORT")
	f.StringToStringVar(&flags.paths, "status", nil, "HTTP status codes by path, such as /signin=500")
	f.StringSliceVar(&flags.Requires, "requires", nil, "the environment variables that the app requires to start")
	f.StringSliceVar(&flags.Architectures, "architecture", nil, "architectures of the image: X86_64, ARM64 or both")
	f.BoolVar(&flags.forget, "forget", false, "remove the settings of the image")
	return cmd
}

func (a *app) images() error {
	world, _, err := a.open()
	if err != nil {
		return err
	}
	return a.print(world.Images())
}

func (f *imageFlags) declare(cmd *cobra.Command, w *sandbox.World, name string) error {
	if f.forget {
		return w.ForgetImage(name)
	}
	image, err := f.behaviour(cmd)
	if err != nil {
		return fmt.Errorf("declare image %q: %w", name, err)
	}
	return w.DeclareImage(name, image)
}

// behaviour returns the behaviour from the file, overridden by the flags that are set.
func (f *imageFlags) behaviour(cmd *cobra.Command) (sandbox.Image, error) {
	var image sandbox.Image
	if f.file != "" {
		data, err := os.ReadFile(f.file)
		if err != nil {
			return image, err
		}
		decoder := yaml.NewDecoder(bytes.NewReader(data))
		decoder.KnownFields(true)
		if err := decoder.Decode(&image); err != nil {
			return image, fmt.Errorf("parse %q: %w", f.file, err)
		}
	}
	for flag, set := range map[string]func(){
		"missing":         func() { image.Missing = f.Missing },
		"exit":            func() { image.Exit = &f.exit },
		"migrate-exit":    func() { image.MigrateExit = f.MigrateExit },
		"start-seconds":   func() { image.StartSeconds = f.StartSeconds },
		"migrate-seconds": func() { image.MigrateSeconds = f.MigrateSeconds },
		"listen":          func() { image.Port = f.Port },
		"requires":        func() { image.Requires = f.Requires },
		"architecture":    func() { image.Architectures = f.Architectures },
	} {
		if cmd.Flags().Changed(flag) {
			set()
		}
	}
	var problems []error
	for path, text := range f.paths {
		status, err := strconv.Atoi(text)
		if err != nil {
			problems = append(problems, fmt.Errorf("status %q of %q must be a number", text, path))
		}
		if image.Paths == nil {
			image.Paths = map[string]int{}
		}
		image.Paths[path] = status
	}
	return image, errors.Join(problems...)
}
