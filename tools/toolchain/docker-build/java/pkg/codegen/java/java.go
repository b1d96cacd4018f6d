// Package java stands in for the generator of Java SDKs, of which the docker-build plugin names one type: the Java
// section of a package's schema. The plugin at run time uses none of it.
package java

// PackageInfo is that section, as far as the plugin fills it in.
type PackageInfo struct {
	BuildFiles                      string            `json:"buildFiles,omitempty"`
	GradleNexusPublishPluginVersion string            `json:"gradleNexusPublishPluginVersion,omitempty"`
	Dependencies                    map[string]string `json:"dependencies,omitempty"`
	BasePackage                     string            `json:"basePackage,omitempty"`
	Packages                        map[string]string `json:"packages,omitempty"`
}
