{{- define "h2g.name" -}}
{{- if contains "h2g" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-h2g" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "h2g.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* Of (dict "root" . "component" NAME). */}}
{{- define "h2g.selector" -}}
app.kubernetes.io/name: h2g-flow
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "h2g.labels" -}}
{{ include "h2g.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{/* A secret of a role, or what is there for all. Of (dict "root" . "role" ROLE "name" NAME "all" SECRET). */}}
{{- define "h2g.roleSecret" -}}
{{- index (index .root.Values.servers.roles .role | default dict) .name | default .all }}
{{- end }}

{{/* Detectors do not talk to Temporal: they get no credentials for it. */}}
{{- define "h2g.usesTemporal" -}}
{{- if ne .role "detector" }}true{{ end }}
{{- end }}

{{/* Where the servers are, told to every role; secrets by reference only. Of (dict "root" . "role" ROLE). */}}
{{- define "h2g.env" -}}
{{- $of := . }}
{{- with .root }}
- { name: H2G_TEMPORAL_ADDRESS, value: {{ include "h2g.temporalAddress" . | quote }} }
- { name: H2G_TEMPORAL_NAMESPACE, value: {{ .Values.servers.temporal.namespace | quote }} }
- name: H2G_NATS_URL
  valueFrom: { secretKeyRef: { name: {{ include "h2g.natsSecret" $of }}, key: {{ if .Values.trial }}{{ $of.role }}Url{{ else }}url{{ end }} } }
{{- with .Values.servers.nats }}
{{- if .tlsSecret }}
- { name: H2G_NATS_CA, value: /etc/h2g/nats/ca.crt }
- { name: H2G_NATS_CERT, value: /etc/h2g/nats/tls.crt }
- { name: H2G_NATS_KEY, value: /etc/h2g/nats/tls.key }
{{- end }}
{{- if include "h2g.natsCreds" $of }}
- { name: H2G_NATS_CREDS, value: /etc/h2g/nats-creds/creds }
{{- end }}
{{- end }}
{{- if include "h2g.usesTemporal" $of }}
{{- with .Values.servers.temporal }}
{{- if .tlsSecret }}
- { name: H2G_TEMPORAL_CA, value: /etc/h2g/temporal/ca.crt }
- { name: H2G_TEMPORAL_CERT, value: /etc/h2g/temporal/tls.crt }
- { name: H2G_TEMPORAL_KEY, value: /etc/h2g/temporal/tls.key }
{{- end }}
{{- if .apiKeySecret }}
- name: H2G_TEMPORAL_API_KEY
  valueFrom: { secretKeyRef: { name: {{ .apiKeySecret }}, key: apiKey } }
{{- end }}
{{- end }}
{{- end }}
- { name: H2G_NATS_REPLICAS, value: {{ include "h2g.natsReplicas" . | quote }} }
- { name: H2G_S3_ENDPOINT, value: {{ include "h2g.s3Endpoint" . | quote }} }
- { name: H2G_S3_REGION, value: {{ .Values.servers.s3.region | quote }} }
- { name: H2G_S3_BUCKET, value: {{ .Values.servers.s3.bucket | quote }} }
- name: H2G_S3_ACCESS_KEY
  valueFrom: { secretKeyRef: { name: {{ include "h2g.s3Secret" $of }}, key: accessKey } }
- name: H2G_S3_SECRET_KEY
  valueFrom: { secretKeyRef: { name: {{ include "h2g.s3Secret" $of }}, key: secretKey } }
- { name: H2G_LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
- { name: H2G_SLIDE_PREFIXES, value: {{ join "," (.Values.slidePrefixes | default (list (printf "s3://%s/" .Values.servers.s3.bucket))) | quote }} }
- { name: H2G_ALLOW_FILE_SLIDES, value: 'false' }
- { name: H2G_HTTP_ADDRESS, value: {{ printf "0.0.0.0:%v" .Values.metrics.port | quote }} }
- { name: H2G_HOME, value: /tmp/h2g }
- { name: H2G_CACHE, value: /tmp/h2g-cache }
- { name: MALLOC_ARENA_MAX, value: '2' }
{{- if .Values.caBundle.existingConfigMap }}
{{- /* Node adds its file to the authorities it knows. Temporal's native core asks the system's names instead: what it knew, and what comes to that. */}}
- { name: NODE_EXTRA_CA_CERTS, value: /etc/h2g/ca-bundle/ca.crt }
- { name: SSL_CERT_FILE, value: /etc/ssl/certs/ca-certificates.crt }
- { name: SSL_CERT_DIR, value: /etc/h2g/ca-bundle }
{{- end }}
{{- end }}
{{- end }}

{{/* OpenTelemetry's own names. */}}
{{- define "h2g.tracingEnv" -}}
{{- with .Values.tracing }}
{{- if .endpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .endpoint | quote }} }
- { name: OTEL_TRACES_SAMPLER, value: parentbased_traceidratio }
- { name: OTEL_TRACES_SAMPLER_ARG, value: {{ .share | quote }} }
{{- if .headersSecret }}
- name: OTEL_EXPORTER_OTLP_HEADERS
  valueFrom: { secretKeyRef: { name: {{ .headersSecret }}, key: headers } }
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "h2g.temporalAddress" -}}
{{- if .Values.trial }}{{ include "h2g.name" . }}-temporal:7233{{ else }}{{ required "Set servers.temporal.address (host:port), or trial=true to try the chart with servers of its own." .Values.servers.temporal.address }}{{ end }}
{{- end }}

{{- define "h2g.natsSecret" -}}
{{- if .root.Values.trial }}{{ include "h2g.name" .root }}-trial{{ else }}{{ required "Set servers.nats.existingSecret to a secret with the key url, or trial=true." (include "h2g.roleSecret" (merge (dict "name" "natsSecret" "all" .root.Values.servers.nats.existingSecret) .)) }}{{ end }}
{{- end }}

{{- define "h2g.natsCreds" -}}
{{- include "h2g.roleSecret" (merge (dict "name" "natsCredsSecret" "all" .root.Values.servers.nats.credsSecret) .) }}
{{- end }}

{{- define "h2g.natsReplicas" -}}
{{- if .Values.trial }}{{ .Values.trialServers.nats.replicas }}{{ else }}{{ .Values.servers.nats.replicas }}{{ end }}
{{- end }}

{{- define "h2g.s3Endpoint" -}}
{{- if .Values.trial }}http://{{ include "h2g.name" . }}-s3:9000{{ else }}{{ required "Set servers.s3.endpoint, or trial=true." .Values.servers.s3.endpoint }}{{ end }}
{{- end }}

{{- define "h2g.s3Secret" -}}
{{- if .root.Values.trial }}{{ include "h2g.name" .root }}-trial{{ else }}{{ required "Set servers.s3.existingSecret to a secret with the keys accessKey and secretKey, or trial=true." (include "h2g.roleSecret" (merge (dict "name" "s3Secret" "all" .root.Values.servers.s3.existingSecret) .)) }}{{ end }}
{{- end }}

{{- define "h2g.volumeMounts" -}}
- { name: tmp, mountPath: /tmp }
{{- range $name, $_ := include "h2g.fileSecrets" . | fromYaml }}
- { name: {{ $name }}, mountPath: /etc/h2g/{{ $name }}, readOnly: true }
{{- end }}
{{- if .root.Values.caBundle.existingConfigMap }}
- { name: ca-bundle, mountPath: /etc/h2g/ca-bundle, readOnly: true }
{{- end }}
{{- end }}

{{- define "h2g.volumes" -}}
- name: tmp
  emptyDir: {}
{{- range $name, $secret := include "h2g.fileSecrets" . | fromYaml }}
- name: {{ $name }}
  secret: { secretName: {{ $secret }}, defaultMode: 0440 }
{{- end }}
{{- with .root.Values.caBundle }}
{{- if .existingConfigMap }}
- name: ca-bundle
  configMap: { name: {{ .existingConfigMap }}, items: [{ key: {{ .key }}, path: ca.crt }] }
{{- end }}
{{- end }}
{{- end }}

{{/* Secrets that are files in a pod, by the name of their folder. Of (dict "root" . "role" ROLE). */}}
{{- define "h2g.fileSecrets" -}}
{{- if include "h2g.usesTemporal" . }}
{{- with .root.Values.servers.temporal.tlsSecret }}
temporal: {{ . }}
{{- end }}
{{- end }}
{{- with .root.Values.servers.nats.tlsSecret }}
nats: {{ . }}
{{- end }}
{{- with include "h2g.natsCreds" . }}
nats-creds: {{ . }}
{{- end }}
{{- end }}

{{/* What the restricted pod security standard asks for. */}}
{{- define "h2g.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "h2g.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* A worker's pod. Of (dict "root" . "component" NAME "role" ROLE "settings" VALUES "env" YAML). */}}
{{- define "h2g.workerPod" -}}
metadata:
  labels:
    {{- include "h2g.labels" . | nindent 4 }}
    {{- with .root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .root.Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "h2g.name" .root }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ .settings.terminationGracePeriodSeconds }}
  securityContext:
    {{- include "h2g.podSecurity" .root | nindent 4 }}
  {{- with .settings.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with .settings.runtimeClassName }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with .settings.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .settings.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .settings.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .root.Values.topologySpread.enabled }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "h2g.selector" $ | nindent 10 }}
    {{- end }}
  {{- end }}
  containers:
    - name: {{ .role }}
      image: {{ include "h2g.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: [worker, {{ .role }}]
      env:
        {{- include "h2g.env" . | nindent 8 }}
        {{- with include "h2g.tracingEnv" .root }}
        {{- . | trim | nindent 8 }}
        {{- end }}
        {{- .env | nindent 8 }}
      ports:
        - { name: metrics, containerPort: {{ .root.Values.metrics.port }} }
      startupProbe:
        httpGet: { path: /readyz, port: metrics }
        periodSeconds: 2
        failureThreshold: {{ div (add .settings.startupSeconds 1) 2 }}
      readinessProbe:
        httpGet: { path: /readyz, port: metrics }
        periodSeconds: 5
        failureThreshold: 2
      livenessProbe:
        httpGet: { path: /healthz, port: metrics }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      resources:
        requests:
          {{- toYaml .settings.resources.requests | nindent 10 }}
        limits:
          {{- toYaml (merge (dict) .settings.resources.limits (.settings.accelerators | default dict)) | nindent 10 }}
      securityContext:
        {{- include "h2g.containerSecurity" .root | nindent 8 }}
      volumeMounts:
        {{- include "h2g.volumeMounts" . | nindent 8 }}
  volumes:
    {{- include "h2g.volumes" . | nindent 4 }}
{{- end }}

{{/* The queue's length says how many are needed, whether those asked for are warm yet or not: asking again asks for no more. */}}
{{- define "h2g.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
scaleDown:
  stabilizationWindowSeconds: {{ .cooldownSeconds }}
{{- end }}

{{/* The port of "host:port" or of a URL. Of (dict "address" ADDRESS "peer" PEER): the peer's own goes before. */}}
{{- define "h2g.portOf" -}}
{{- if .peer.port }}{{ .peer.port }}
{{- else if contains "://" .address }}
{{- $url := urlParse .address }}
{{- if contains ":" $url.host }}{{ regexFind "[0-9]+$" $url.host }}{{ else }}{{ ternary "443" "80" (eq $url.scheme "https") }}{{ end }}
{{- else }}{{ regexFind "[0-9]+$" .address }}
{{- end }}
{{- end }}
