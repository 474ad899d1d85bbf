# Makes Preau-windows.zip on Windows 10 or 11, 64 bits, with Python 3.12 or 3.13 from python.org: from the repository,
#   powershell -ExecutionPolicy Bypass -File packaging\windows\build.ps1
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

function Invoke-Checked([string]$program, [string[]]$arguments) {
    & $program @arguments
    if ($LASTEXITCODE -ne 0) { throw "$program $($arguments -join ' ') : code $LASTEXITCODE" }
}

Invoke-Checked "py" @("-3", "-m", "venv", ".venv")
$python = ".venv\Scripts\python.exe"
Invoke-Checked $python @("-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.lock")
Invoke-Checked $python @("-m", "PyInstaller", "packaging\desktop.spec", "--noconfirm", "--distpath", "dist", "--workpath", "build")

# Tried with no Python on the PATH and away from the sources, as on a school's PC.
$away = Join-Path ([IO.Path]::GetTempPath()) "preau-essai"
if (Test-Path $away) { Remove-Item -Recurse -Force $away }
Copy-Item -Recurse "dist\preau" $away
$path = $env:PATH
try {
    $env:PATH = "$env:SystemRoot\System32"
    Invoke-Checked (Join-Path $away "preau-console.exe") @("--self-test")
} finally {
    $env:PATH = $path
    Remove-Item -Recurse -Force $away
}
Copy-Item "packaging\windows\Installer-Preau.ps1" "dist"
Compress-Archive -Force -Path "dist\preau", "dist\Installer-Preau.ps1" -DestinationPath "dist\Preau-windows.zip"
Write-Host "dist\Preau-windows.zip"
