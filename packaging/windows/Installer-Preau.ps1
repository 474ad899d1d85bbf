# Installs Préau for the person who runs this script: no administrator rights, nothing outside of her own folders.
# Beside it lies the folder "preau" made by build.ps1. Windows 10 or 11, 64 bits.
#   powershell -ExecutionPolicy Bypass -File Installer-Preau.ps1 [-Remove]
param([switch]$Remove)
$ErrorActionPreference = "Stop"
$target = Join-Path $env:LOCALAPPDATA "Programs\Preau"
$links = @(
    (Join-Path ([Environment]::GetFolderPath("Programs")) "Préau.lnk"),
    (Join-Path ([Environment]::GetFolderPath("Desktop")) "Préau.lnk")
)

function Stop-IfRunning {
    $running = Get-Process -Name "preau" -ErrorAction SilentlyContinue | Where-Object { $_.Path -like "$target\*" }
    if ($running) { throw "Préau est ouvert : fermez sa fenêtre, puis recommencez." }
}

if (-not [Environment]::Is64BitOperatingSystem) { throw "Préau demande un Windows 64 bits." }
Stop-IfRunning

if ($Remove) {
    # The vault lies in %LOCALAPPDATA%\preau and is never touched here.
    $links | Where-Object { Test-Path $_ } | Remove-Item
    if (Test-Path $target) { Remove-Item -Recurse -Force $target }
    Write-Host "Préau est désinstallé. Vos données sont restées dans $env:LOCALAPPDATA\preau."
    exit 0
}

$source = Join-Path $PSScriptRoot "preau"
if (-not (Test-Path (Join-Path $source "preau.exe"))) { throw "Le dossier preau n'est pas à côté de ce script." }

# A new version is copied beside the old one, tried, then given its place: a failure leaves the old one as it was.
$fresh = "$target.nouveau"
$former = "$target.ancien"
foreach ($left in @($fresh, $former)) { if (Test-Path $left) { Remove-Item -Recurse -Force $left } }
New-Item -ItemType Directory -Force (Split-Path $target) | Out-Null
Copy-Item -Recurse $source $fresh
Get-ChildItem -Recurse -File $fresh | Unblock-File
& (Join-Path $fresh "preau-console.exe") --self-test
if ($LASTEXITCODE -ne 0) { Remove-Item -Recurse -Force $fresh; throw "Cette copie de Préau ne passe pas son propre essai." }
if (Test-Path $target) { Rename-Item $target $former }
try { Rename-Item $fresh $target } catch { if (Test-Path $former) { Rename-Item $former $target }; throw }
if (Test-Path $former) { Remove-Item -Recurse -Force $former }

$shell = New-Object -ComObject WScript.Shell
foreach ($link in $links) {
    $made = $shell.CreateShortcut($link)
    $made.TargetPath = Join-Path $target "preau.exe"
    $made.WorkingDirectory = $target
    $made.Description = "Préau : les comptes des parents de l'école"
    $made.Save()
}
Write-Host "Préau est installé dans $target. Il s'ouvre depuis le menu Démarrer."
